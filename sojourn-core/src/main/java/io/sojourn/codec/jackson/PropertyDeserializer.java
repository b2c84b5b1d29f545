package io.sojourn.codec.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads the value of each property of an application's object by the codec; see {@link PropertySerializer}. */
final class PropertyDeserializer extends ValueDeserializer<Object> {

    private final DeclaredType declared;

    PropertyDeserializer(DeclaredType declared) {
        this.declared = declared;
    }

    @Override
    public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        return property == null
                ? this
                : new PropertyDeserializer(DeclaredType.of(property.getType().getRawClass()));
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
