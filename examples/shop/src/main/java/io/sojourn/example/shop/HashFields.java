package io.sojourn.example.shop;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes the fields of a stored session for people: what each is for, how large it is, and a look into it. */
final class HashFields {

    private static final int PEEK = 500;
    private static final int LARGEST_DECODED = 100_000;
    private static final int LONGEST_DECODED = 4_000;

    private HashFields() {}

    static List<Map<String, @Nullable Object>> describe(Map<String, byte[]> fields) {
        return fields.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, byte[]>>comparingInt(field -> place(field.getKey()))
                        .thenComparing(Map.Entry::getKey))
                .map(field -> describe(field.getKey(), field.getValue()))
                .toList();
    }

    /** The bookkeeping first, then what the session is about. */
    private static int place(String name) {
        int place = "vtr".indexOf(name);
        return place < 0 ? Integer.MAX_VALUE : place;
    }

    private static Map<String, @Nullable Object> describe(String name, byte[] value) {
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("name", name);
        described.put("bytes", value.length);
        described.put("about", about(name));
        described.put("text", name.equals("t") ? time(value) : peek(value));
        described.put("decoded", decoded(name, value));
        return described;
    }

    private static @Nullable String decoded(String name, byte[] value) {
        String text = name.equals("r")
                ? CborText.ofRecord(value)
                : name.startsWith("a:") && value.length <= LARGEST_DECODED ? CborText.ofValue(value) : null;
        return text == null || text.length() <= LONGEST_DECODED ? text : text.substring(0, LONGEST_DECODED) + "…";
    }

    private static String about(String name) {
        if (name.startsWith("a:")) {
            return "a large attribute, stored by itself";
        }
        return switch (name) {
            case "v" -> "revision: another with every save";
            case "t" -> "last touched";
            case "r" -> "packed record (CBOR): header and small attributes";
            default -> "not Sojourn’s";
        };
    }

    private static String time(byte[] millis) {
        String text = new String(millis, StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,15}")
                ? Instant.ofEpochMilli(Long.parseLong(text)).toString()
                : peek(millis);
    }

    /** What is printable ASCII in it, with a dot for whatever stands in between. */
    private static String peek(byte[] value) {
        String printable = new String(value, 0, Math.min(value.length, PEEK), StandardCharsets.ISO_8859_1)
                .replaceAll("[^ -~]+", "·");
        return value.length > PEEK ? printable + "…" : printable;
    }
}
