package io.sojourn.example.shop;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Writes what is stored in CBOR as JSON that people can read; docs/format.md says what the parts are. */
final class CborText {

    private static final CBORMapper CBOR = CBORMapper.shared();
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final byte FORMAT = 1;
    private static final int CODEC_CBOR = 1;
    private static final Map<String, String> HEADER = Map.ofEntries(
            Map.entry("1", "created at"),
            Map.entry("2", "idle timeout, ms"),
            Map.entry("3", "absolute deadline"),
            Map.entry("4", "digest of the secret"),
            Map.entry("5", "secrets replaced"),
            Map.entry("6", "replaced digests"),
            Map.entry("7", "principal"),
            Map.entry("8", "signed in at"),
            Map.entry("9", "indexes"),
            Map.entry("10", "labels"),
            Map.entry("11", "remembered"),
            Map.entry("12", "grace of the last digest"),
            Map.entry("13", "rotations"));
    private static final List<String> TIMES = List.of("1", "3", "8");

    private CborText() {}

    /** A packed record; null if it is of another format, or cannot be read. */
    static @Nullable String ofRecord(byte[] record) {
        if (record.length == 0 || record[0] != FORMAT) {
            return null;
        }
        try {
            JsonNode parts = CBOR.readTree(record, 1, record.length - 1);
            Map<String, Object> shown = new LinkedHashMap<>();
            parts.get(0).properties().forEach(each -> {
                String name = HEADER.getOrDefault(each.getKey(), each.getKey());
                shown.put(
                        name,
                        TIMES.contains(each.getKey())
                                ? Instant.ofEpochMilli(each.getValue().asLong()).toString()
                                : shown(each.getValue()));
            });
            Map<String, Object> attributes = new LinkedHashMap<>();
            parts.get(1).properties().forEach(each -> attributes.put(each.getKey(), attribute(each.getValue())));
            shown.put("attributes", attributes);
            return JSON.writeValueAsString(shown);
        } catch (JacksonException | NullPointerException | IllegalArgumentException | java.time.DateTimeException e) {
            return null; // Another program wrote it, in another format.
        }
    }

    /** A value; null if it is no CBOR. */
    static @Nullable String ofValue(byte[] value) {
        try {
            return JSON.writeValueAsString(shown(CBOR.readTree(value)));
        } catch (JacksonException e) {
            return null;
        }
    }

    private static Object attribute(JsonNode stored) {
        if (!stored.isArray()) {
            return "in a field of its own";
        }
        byte[] bytes = stored.get(1).binaryValue();
        return stored.get(0).asInt() == CODEC_CBOR ? shown(CBOR.readTree(bytes)) : bytes.length + " bytes";
    }

    /** With the length in place of bytes. */
    private static Object shown(JsonNode node) {
        if (node.isBinary()) {
            return node.binaryValue().length + " bytes";
        }
        if (node.isArray()) {
            List<Object> elements = new ArrayList<>();
            node.forEach(element -> elements.add(shown(element)));
            return elements;
        }
        if (node.isObject()) {
            Map<String, Object> members = new LinkedHashMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), shown(member.getValue())));
            return members;
        }
        return node;
    }
}
