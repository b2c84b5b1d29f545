package io.sojourn.format;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Records that between them use every feature of the format. */
final class Samples {

    private static final long NEW_YEAR_2030 = 1_893_456_000_000L;
    private static final byte[] UNKNOWN_NUMBER = hex("1863" + "1a00010000"); // 99: 65536
    private static final byte[] UNKNOWN_TEXT =
            hex("656e6f746573" + "a2" + "01" + "f5" + "6161" + "82f6fb3ff8000000000000");
    private static final byte[] UNKNOWN_NEGATIVE = hex("20" + "c11a5e0be100"); // -1: a time

    private Samples() {}

    /** By name; the names of the golden files. */
    static Map<String, PackedRecord> all() {
        Map<String, PackedRecord> samples = new LinkedHashMap<>();
        samples.put("smallest", PackedRecord.of(Header.create(0, Header.NONE, Header.NONE, verifier(0)), Map.of()));
        samples.put("everyday", PackedRecord.of(everyday(), Map.of("cart", inline(1, "apples"))));
        samples.put(
                "signed-in",
                PackedRecord.of(signedIn(), table("cart", inline(1, "apples"), "wishes", inline(100, ""))));
        samples.put(
                "large-attribute",
                PackedRecord.of(everyday(), table("small", inline(2, "s"), "large", EncodedValue.external(1))));
        samples.put("of-a-later-version", PackedRecord.of(ofALaterVersion(), table("a", inline(255, "x"))));
        samples.put("sizes", PackedRecord.of(everyday(), sizes()));
        samples.put("largest-numbers", PackedRecord.of(largestNumbers(), Map.of()));
        samples.put("indexed", PackedRecord.of(indexed(), Map.of("cart", inline(1, "apples"))));
        return samples;
    }

    static PackedRecord named(String name) {
        return Objects.requireNonNull(all().get(name), name);
    }

    private static Header everyday() {
        return Header.create(NEW_YEAR_2030, 1_800_000, NEW_YEAR_2030 + 86_400_000, verifier(1));
    }

    private static Header signedIn() {
        return everyday()
                .rotate(verifier(2), NEW_YEAR_2030 + 1_000)
                .rotate(verifier(3), NEW_YEAR_2030 + 2_000)
                .withPrincipal("ada@gr\u00f6\u00dfe.example")
                .withIdleTimeout(300_000);
    }

    private static Header indexed() {
        Map<String, String> indexes = new LinkedHashMap<>(Map.of("tenant", "acme"));
        indexes.put("sid", "08a5019c-17e1-4977-8f42-65a12843ea02");
        return everyday()
                .rotate(verifier(2), NEW_YEAR_2030 + 1_000)
                .withPrincipal("ada")
                .withDetails(new HeaderDetails(
                        NEW_YEAR_2030 + 1_000,
                        indexes,
                        Map.of("userAgent", "Lynx/2.9 \u2615"),
                        true,
                        null,
                        RequestedRotations.NONE))
                .rotateWithGrace(verifier(3), NEW_YEAR_2030 + 900_000, 10_000);
    }

    private static Header ofALaterVersion() {
        return new Header(
                NEW_YEAR_2030,
                Header.NONE,
                Header.NONE,
                verifier(4),
                300,
                List.of(new ReplacedVerifier(verifier(5), 7)),
                "ada",
                HeaderDetails.NONE,
                List.of(UNKNOWN_NUMBER, UNKNOWN_TEXT, UNKNOWN_NEGATIVE));
    }

    private static Header largestNumbers() {
        return new Header(
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                verifier(6),
                Long.MAX_VALUE,
                List.of(),
                null,
                HeaderDetails.NONE,
                List.of());
    }

    /** Values and names of every length at which the head of a CBOR item grows. */
    private static Map<String, EncodedValue> sizes() {
        Map<String, EncodedValue> table = new LinkedHashMap<>();
        for (int size : new int[] {0, 23, 24, 255, 256}) {
            table.put("n".repeat(size), inline(1, "v".repeat(size)));
        }
        for (int i = 0; i < 20; i++) {
            table.put("\ud83d\uded2" + i, inline(23 + i, Integer.toString(i)));
        }
        return table;
    }

    private static Map<String, EncodedValue> table(String name, EncodedValue value) {
        return new LinkedHashMap<>(Map.of(name, value));
    }

    private static Map<String, EncodedValue> table(String first, EncodedValue one, String second, EncodedValue other) {
        Map<String, EncodedValue> table = table(first, one);
        table.put(second, other);
        return table;
    }

    private static EncodedValue inline(int codec, String text) {
        return EncodedValue.of(codec, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] verifier(int seed) {
        byte[] verifier = new byte[32];
        for (int i = 0; i < verifier.length; i++) {
            verifier[i] = (byte) (seed * 32 + i);
        }
        return verifier;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
