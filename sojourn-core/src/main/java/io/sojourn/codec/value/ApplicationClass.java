package io.sojourn.codec.value;

import io.sojourn.codec.allow.ClassRules;
import io.sojourn.codec.allow.Refusal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.PropertyWriter;

/** An allowed class that passed {@link ClassRules}, with what Jackson worked out about it. */
public final class ApplicationClass {

    /** What no JDK kind's mark begins with, so that no alias can ever collide with one. */
    public static final String PREFIX = "@";

    private final Class<?> type;
    private final SerializableString mark;
    private final Singletons singletons;
    private volatile @Nullable ValueSerializer<Object> serializer;
    private volatile @Nullable ValueDeserializer<Object> deserializer;

    public ApplicationClass(Class<?> type, String mark) {
        this.type = type;
        this.mark = new SerializedString(mark);
        this.singletons = Singletons.of(type);
    }

    public SerializableString mark() {
        return mark;
    }

    public void write(Object value, JsonGenerator generator, SerializationContext context) {
        if (singletons.only() == null) {
            singletons.check(value);
        }
        ValueSerializer<Object> found = serializer;
        if (found == null) {
            found = context.findTypedValueSerializer(type, true);
            serializer = found;
        }
        found.serialize(value, generator, context);
    }

    public Object read(JsonParser parser, DeserializationContext context) {
        Object only = singletons.only();
        if (only != null && parser.currentToken() == JsonToken.START_OBJECT) {
            parser.skipChildren();
            return only;
        }
        ValueDeserializer<Object> found = deserializer;
        if (found == null) {
            found = context.findRootValueDeserializer(context.constructType(type));
            deserializer = found;
        }
        Object made = found.deserialize(parser, context);
        Object value = made == null ? null : singletons.resolve(made);
        if (value == null || value.getClass() != type) {
            throw new Refusal(type.getName(), "is made into something else by a deserializer of its own.");
        }
        return value;
    }

    /** The properties of an object of this class that was written before. */
    public List<BeanPropertyWriter> properties() {
        List<BeanPropertyWriter> properties = new ArrayList<>();
        ValueSerializer<Object> known = serializer;
        if (known != null) {
            for (Iterator<PropertyWriter> all = known.properties(); all.hasNext(); ) {
                if (all.next() instanceof BeanPropertyWriter property) {
                    properties.add(property);
                }
            }
        }
        return properties;
    }
}
