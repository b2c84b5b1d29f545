package io.sojourn.codec.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** Hands the value of each property of an application's object back to the codec. */
final class PropertySerializer extends ValueSerializer<Object> {

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
            ValueWriter.of(context).count();
            generator.writeNumber(((Number) value).longValue());
        } else if (declared.writesBareName()) {
            ValueWriter.of(context).constant((Enum<?>) value);
        } else {
            ValueWriter.of(context).write(value);
        }
    }
}
