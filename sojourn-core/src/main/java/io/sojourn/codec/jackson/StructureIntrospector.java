package io.sojourn.codec.jackson;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.util.NameTransformer;

/**
 * Lets Jackson work out the structure of an application's class, its properties, their names and how to make one, and
 * keeps the values of the properties for the codec. Annotations that would mix into those values are not followed: type
 * information and object identity, since the codec writes its own, and properties folded into one another.
 */
final class StructureIntrospector extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
        Object own = super.findSerializer(config, annotated);
        boolean isValue = annotated instanceof AnnotatedMember && hasAnyGetter(config, annotated) == null;
        return own == null && isValue ? new PropertySerializer(DeclaredType.UNKNOWN) : own;
    }

    @Override
    public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated annotated) {
        Object own = super.findDeserializer(config, annotated);
        boolean isValue = annotated instanceof AnnotatedMember && hasAnySetter(config, annotated) == null;
        return own == null && isValue ? new PropertyDeserializer(DeclaredType.UNKNOWN) : own;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        return null;
    }

    @Override
    public @Nullable ObjectIdInfo findObjectIdInfo(MapperConfig<?> config, Annotated annotated) {
        return null;
    }

    @Override
    public @Nullable ReferenceProperty findReferenceType(MapperConfig<?> config, AnnotatedMember member) {
        return null;
    }

    @Override
    public @Nullable NameTransformer findUnwrappingNameTransformer(MapperConfig<?> config, AnnotatedMember member) {
        return null;
    }

    /** Hands the value of each property of an application's object back to the codec. */
    private static final class PropertySerializer extends ValueSerializer<Object> {

        private final DeclaredType declared;

        PropertySerializer(DeclaredType declared) {
            this.declared = declared;
        }

        @Override
        public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
            return property == null
                    ? this
                    : new PropertySerializer(DeclaredType.of(property.getType().getRawClass()));
        }

        @Override
        public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
            if (declared.writesBareNumber()) {
                ValueWriter.of(context).work().count();
                generator.writeNumber(((Number) value).longValue());
            } else if (declared.writesBareName()) {
                ValueWriter.of(context).constant((Enum<?>) value);
            } else {
                ValueWriter.of(context).write(value);
            }
        }
    }

    /** Reads the value of each property of an application's object by the codec; see {@link PropertySerializer}. */
    private static final class PropertyDeserializer extends ValueDeserializer<Object> {

        private final DeclaredType declared;

        PropertyDeserializer(DeclaredType declared) {
            this.declared = declared;
        }

        @Override
        public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            return property == null
                    ? this
                    : new PropertyDeserializer(
                            DeclaredType.of(property.getType().getRawClass()));
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            ValueReader reader = ValueReader.of(context);
            if (declared.writesBareName()) {
                reader.checkEnum(declared.type());
            }
            return declared.fit(reader.value());
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            return declared.absent();
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return declared.absent();
        }
    }
}
