package io.sojourn.admin.read;

import io.sojourn.codec.JacksonCodec;
import io.sojourn.log.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Tells of a stored value what it is, from its bytes alone: no class of the application is loaded, and Java serialization is not
 * read at all.
 */
public final class ValueStructure {

    private static final int JAVA = 3;
    private static final int EDN = 4;
    private static final int NIPPY = 6;
    private static final int CUSTOM = 100;

    /** A name of a type is no longer than that; a mark may be any text. */
    private static final int LONGEST_TYPE = 100;

    private static final ObjectMapper JSON = JsonMapper.shared();
    private static final ObjectMapper CBOR = CBORMapper.shared();

    private ValueStructure() {}

    /** A name for what lies there, in printable characters. */
    public static String type(int codec, byte[] value) {
        return switch (codec) {
            case JacksonCodec.CBOR_ID -> printable(type(CBOR, value));
            case JacksonCodec.JSON_ID -> printable(type(JSON, value));
            case JAVA -> "Java serialization";
            case EDN -> "EDN";
            case NIPPY -> "Nippy";
            case CUSTOM -> "application's own codec";
            default -> "codec " + codec;
        };
    }

    private static String printable(String type) {
        return Printable.line(type.substring(0, Math.min(type.length(), LONGEST_TYPE)));
    }

    /** From the first two tokens: an object's one property is the mark of its kind. */
    private static String type(ObjectMapper mapper, byte[] value) {
        try (JsonParser parser = mapper.createParser(value)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return "empty";
            }
            return switch (first) {
                case VALUE_STRING -> "String";
                case VALUE_TRUE, VALUE_FALSE -> "Boolean";
                case VALUE_NULL -> "null";
                case VALUE_NUMBER_FLOAT -> "Double";
                case VALUE_NUMBER_INT -> fitsInt(parser) ? "Integer" : "Long";
                case VALUE_EMBEDDED_OBJECT -> "byte[]";
                case START_ARRAY -> "ArrayList";
                case START_OBJECT -> mark(parser);
                default -> "damaged";
            };
        } catch (JacksonException e) {
            return "damaged";
        }
    }

    private static boolean fitsInt(JsonParser parser) {
        return parser.getNumberType() == JsonParser.NumberType.INT;
    }

    private static String mark(JsonParser parser) {
        String name = parser.nextToken() == JsonToken.PROPERTY_NAME ? parser.currentName() : null;
        if (name == null) {
            return "damaged";
        }
        return name.startsWith("@") ? name.substring(1) : name;
    }

    /** The structure of the value as JSON, with the marks that {@link JacksonCodec} describes; empty if it is not shown. */
    public static Optional<String> json(int codec, byte[] value) {
        ObjectMapper mapper;
        switch (codec) {
            case JacksonCodec.CBOR_ID -> mapper = CBOR;
            case JacksonCodec.JSON_ID -> mapper = JSON;
            case EDN -> {
                return Optional.of(new String(value, StandardCharsets.UTF_8));
            }
            default -> {
                return Optional.empty();
            }
        }
        try {
            JsonNode tree = mapper.readTree(value);
            return Optional.of(JSON.writeValueAsString(tree));
        } catch (JacksonException e) {
            return Optional.of("damaged");
        }
    }
}
