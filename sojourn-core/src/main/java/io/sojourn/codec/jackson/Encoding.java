package io.sojourn.codec.jackson;

import io.sojourn.codec.value.CborTags;
import io.sojourn.codec.value.Envelope;
import io.sojourn.codec.value.HashCostLimit;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** One of the two forms, CBOR or JSON, with Jackson set up for it and the classes of the application. */
public final class Encoding {

    /** How many levels of lists, maps and objects a value may have. */
    public static final int MAX_DEPTH = 250;

    /** An object of an application counts for this many levels, because Jackson nests deeper to read it. */
    public static final int LEVELS_OF_OBJECT = 2;

    private final boolean json;
    private final ApplicationClasses classes;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    public Encoding(boolean json, ApplicationClasses classes) {
        this.json = json;
        this.classes = classes;
        SimpleModule module = new SimpleModule("sojourn")
                .addSerializer(Envelope.class, new EnvelopeSerializer())
                .addDeserializer(Envelope.class, new EnvelopeDeserializer());
        ObjectMapper mapper = json ? Mappers.json(module, classes.allowed()) : Mappers.cbor(module, classes.allowed());
        this.writer = mapper.writerFor(Envelope.class);
        this.reader = mapper.readerFor(Envelope.class);
    }

    public boolean isJson() {
        return json;
    }

    public ApplicationClasses classes() {
        return classes;
    }

    public byte[] encode(Envelope envelope) {
        byte[] encoded = writer.writeValueAsBytes(envelope);
        if (!envelope.isKey()) {
            envelope.work().check(encoded.length);
        }
        return encoded;
    }

    public Envelope decode(byte[] encoded) {
        if (!json) {
            CborTags.refuse(encoded);
        }
        HashCostLimit work = HashCostLimit.ofBytes(encoded.length);
        return reader.withAttribute(HashCostLimit.class, work).readValue(encoded);
    }

    private final class EnvelopeSerializer extends ValueSerializer<Envelope> {

        @Override
        public void serialize(Envelope envelope, JsonGenerator generator, SerializationContext context) {
            new ValueWriter(generator, context, Encoding.this, envelope).write(envelope.value());
        }
    }

    private final class EnvelopeDeserializer extends ValueDeserializer<Envelope> {

        @Override
        public Envelope deserialize(JsonParser parser, DeserializationContext context) {
            HashCostLimit work = (HashCostLimit) context.getAttribute(HashCostLimit.class);
            return new Envelope(new ValueReader(parser, context, Encoding.this, work).value());
        }
    }
}
