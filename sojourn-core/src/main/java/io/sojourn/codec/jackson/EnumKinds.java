package io.sojourn.codec.jackson;

import io.sojourn.codec.allow.Refusal;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Enums of the JDK, and the collections that are made for one enum: those begin with its name. */
final class EnumKinds {

    static final List<Kind<?>> ALL =
            List.of(enumSet(), Kind.of(EnumMap.class, EnumKinds::writeMap, EnumKinds::readMap));

    private EnumKinds() {}

    static <E extends Enum<E>> Kind<E> of(Class<E> type) {
        return Kind.text(type, Enum::name, name -> constant(type, name));
    }

    static <E extends Enum<E>> E constant(Class<E> type, String name) {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new Refusal(type.getName(), "has no constant of the stored name.", e);
        }
    }

    /** For a class that is known to be an enum's only at run time. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static Enum<?> constantOf(Class<?> type, String name) {
        return constant((Class) type, name);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Kind<EnumSet> enumSet() {
        Class<EnumSet> small =
                (Class<EnumSet>) (Class<?>) EnumSet.noneOf(Small.class).getClass();
        Class<EnumSet> large = (Class<EnumSet>)
                (Class<?>) EnumSet.noneOf(Character.UnicodeScript.class).getClass();
        return Kind.of("EnumSet", List.of(small, large), EnumKinds::writeSet, EnumKinds::readSet);
    }

    private static void writeSet(EnumSet<?> value, ValueWriter out) {
        out.generator().writeStartArray(value, value.size() + 1);
        out.text(out.nameOf(ElementType.of(value)));
        for (Enum<?> constant : value) {
            out.text(constant.name());
        }
        out.generator().writeEndArray();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static EnumSet<?> readSet(ValueReader in) {
        in.startArray();
        Class type = enumType(in);
        EnumSet set = EnumSet.noneOf(type);
        while (in.nextElement()) {
            set.add(constantOf(type, in.text()));
        }
        return set;
    }

    private static void writeMap(EnumMap<?, ?> value, ValueWriter out) {
        Class<?> type = ElementType.of(value);
        out.work().spend(type.getEnumConstants().length);
        out.generator().writeStartArray(value, 2 * value.size() + 1);
        out.text(out.nameOf(type));
        for (Map.Entry<?, ?> entry : value.entrySet()) {
            out.text(((Enum<?>) entry.getKey()).name());
            out.write(entry.getValue());
        }
        out.generator().writeEndArray();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static EnumMap<?, ?> readMap(ValueReader in) {
        in.startArray();
        Class type = enumType(in);
        in.work().spend(type.getEnumConstants().length); // It has room for all of them.
        EnumMap map = new EnumMap(type);
        while (in.nextElement()) {
            Enum key = constantOf(type, in.text());
            in.nextToken();
            map.put(key, in.value());
        }
        return map;
    }

    private static Class<?> enumType(ValueReader in) {
        in.nextToken();
        Class<?> type = in.classOf(in.text());
        if (!type.isEnum()) {
            throw new Refusal(type.getName(), "is no enum.");
        }
        return type;
    }

    private enum Small {}

    /**
     * The enum of an {@link EnumSet} or {@link EnumMap}, even of an empty one. No method tells it; but it is the one
     * enum class that their serialized form mentions, and {@link ObjectOutputStream} announces each class that it
     * writes.
     */
    private static final class ElementType extends ObjectOutputStream {

        private @Nullable Class<?> type;

        private ElementType() throws IOException {
            super(OutputStream.nullOutputStream());
        }

        static Class<?> of(EnumSet<?> set) {
            return set.isEmpty() ? ofEmpty(set) : set.iterator().next().getDeclaringClass();
        }

        static Class<?> of(EnumMap<?, ?> map) {
            return map.isEmpty() ? ofEmpty(map) : map.keySet().iterator().next().getDeclaringClass();
        }

        private static Class<?> ofEmpty(Object empty) {
            try (ElementType out = new ElementType()) {
                out.writeObject(empty);
                if (out.type != null) {
                    return out.type;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw new Refusal(empty.getClass().getName(), "does not tell its enum while it is empty.");
        }

        @Override
        protected void annotateClass(Class<?> announced) {
            if (announced.isEnum() && type == null) {
                type = announced;
            }
        }
    }
}
