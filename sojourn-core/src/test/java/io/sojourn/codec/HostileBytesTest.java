package io.sojourn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.shop.Shop;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes from a store that somebody else can write to: one kind of exception, and soon. */
@Tag("slow")
class HostileBytesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final JacksonCodec CBOR =
            JacksonCodec.builder().allow(Shop.class).build();
    private static final JacksonCodec JSON =
            JacksonCodec.builder().json().allow(Shop.class).build();

    private static Object sample() {
        Map<Object, Object> map = new HashMap<>();
        map.put(new UUID(1, 2), new int[] {1, 2, 3});
        map.put(7L, EnumSet.of(Shop.Color.RED));
        map.put("s", Optional.of(new BigDecimal("12.50")));
        return new Shop.Cart(
                "ada",
                List.of(new Shop.Item("a", 1, BigDecimal.TEN), new Shop.Item("b", 2, null)),
                new HashMap<>(Map.of(new UUID(3, 4), map)),
                Optional.of(Shop.Color.GREEN),
                Instant.ofEpochSecond(1_790_000_000).atZone(ZoneId.of("Europe/Berlin")),
                5,
                6L,
                (byte) 1,
                (short) 2,
                1.5f,
                'x',
                Shop.Color.BLUE,
                new String[] {"a", "\u20ac"});
    }

    @Test
    void everyTruncationIsUnreadable() {
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            byte[] whole = codec.encode("it", sample());
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatExceptionOfType(UnreadableValueException.class)
                        .as("cut to %s of %s bytes", length, whole.length)
                        .isThrownBy(() -> codec.decode("it", cut));
            }
        }
    }

    @Test
    void everyFlippedBitGivesAValueOrIsUnreadable() {
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            byte[] whole = codec.encode("it", sample());
            int readable = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> countReadable(codec, whole));
            assertThat(readable).isBetween(1, 9 * whole.length - 1);
        }
    }

    private static int countReadable(JacksonCodec codec, byte[] whole) {
        int readable = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            for (int mask : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                damaged[at] = (byte) (whole[at] ^ mask);
                try {
                    codec.decode("it", damaged);
                    readable++;
                } catch (UnreadableValueException expected) {
                    assertThat(expected).hasMessageStartingWith("Attribute \"it\" cannot be read: ");
                }
            }
        }
        return readable;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "f6", // null
                "f7", // undefined
                "ff", // a break out of nothing
                "9a7fffffff", // an array that claims 2^31 - 1 elements
                "9b7fffffffffffffff01", // or 2^63 - 1
                "ba7fffffff", // an object
                "7a7fffffff6161", // a text
                "5a7fffffff6161", // a byte string
                "a16668617368c5", // an object cut off in its mark
                "a1644c697374a0", // a list that is an object
                "a1644c697374f6", // or null
                "a0", // an object without a mark
                "a2644c697374806153f6", // an object with two marks
                "a1644c6f6e676131", // a Long that is a text
                "a1644c6f6e67c24b0102030405060708090a0b", // a Long of eleven bytes
                "c24b0102030405060708090a0b", // a bare number of eleven bytes
                "c4821b7fffffffffffffff01", // a decimal fraction whose exponent takes for ever
                "c4821a7fffffff01",
                "a166446f75626c65c4821a7fffffff01",
                "a1664e6f73756368f6", // a kind that is not known
                "0101", // two values
                "01ff" // and one with a tail
            })
    void malformedCborIsUnreadable(String hex) {
        assertUnreadable(CBOR, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{}",
                "{\"a\":",
                "[1,]",
                "[1] 2",
                "NaN",
                "1e999999999x",
                "123456789012345678901234567890",
                "{\"UUID\":\"no uuid\"}",
                "{\"UUID\":5}",
                "{\"Instant\":[1]}",
                "{\"Instant\":[1,2,3]}",
                "{\"Instant\":[9223372036854775807,0]}",
                "{\"Character\":70000}",
                "{\"Short\":70000}",
                "{\"byte[]\":\"*\"}",
                "{\"int[]\":[1,2.5]}",
                "{\"int[]\":[1,9999999999]}",
                "{\"boolean[]\":[1]}",
                "{\"[]\":[]}",
                "{\"[]\":[\"int\",1]}",
                "{\"[]\":[\"java.lang.String\",1]}",
                "{\"[]\":[\"java.lang.Runtime\"]}",
                "{\"EnumSet\":[\"java.lang.String\"]}",
                "{\"EnumSet\":[\"@io.sojourn.codec.shop.Shop$Color\",\"MAUVE\"]}",
                "{\"TreeSet\":[1,\"a\"]}",
                "{\"TreeSet\":[null]}",
                "{\"ConcurrentHashMap\":{\"a\":null}}",
                "{\"HashMap\":[1]}",
                "{\"HashMap\":7}",
                "{\"TimeZone\":\"Moon/Tycho\"}",
                "{\"ZonedDateTime\":[\"2026-01-01T00:00\",\"Z\",\"Moon/Tycho\"]}",
                "{\"Map.entry\":[1]}",
                "{\"@io.sojourn.codec.shop.Shop$Item\":null}",
                "{\"@io.sojourn.codec.shop.Shop$Item\":5}",
                "{\"@io.sojourn.codec.shop.Shop$Item\":{\"count\":\"many\"}}",
                "{\"@io.sojourn.codec.shop.Shop$Color\":{}}",
                "{\"@io.sojourn.codec.shop.Shop$Shape\":{}}",
                "{\"@io.sojourn.codec.shop.Shop\":{}}",
                "{\"@io.sojourn.codec.shop.Shop$OwnList\":[\"a\"]}",
                "{\"@io.sojourn.codec.shop.Shop$Failure\":{}}",
                "{\"@io.sojourn.codec.shop.Shop$Missing\":{}}",
                "{\"@\":{}}"
            })
    void malformedJsonIsUnreadable(String json) {
        assertUnreadable(JSON, json.getBytes(UTF_8));
    }

    @Test
    void bytesThatNestWithoutEndAreUnreadable() {
        byte[] arrays = new byte[1_000_000];
        Arrays.fill(arrays, (byte) 0x81);
        assertUnreadable(CBOR, arrays);
        assertUnreadable(JSON, "[".repeat(1_000_000).getBytes(UTF_8));
        assertUnreadable(JSON, "{\"Optional\":".repeat(100_000).getBytes(UTF_8));
        assertUnreadable(
                JSON,
                "{\"@io.sojourn.codec.shop.Shop$Square\":{\"inner\":"
                        .repeat(10_000)
                        .getBytes(UTF_8));
        // In a property that nobody reads any more.
        String unknown = "{\"@io.sojourn.codec.shop.Shop$Nothing\":{\"gone\":" + "[".repeat(100_000);
        assertUnreadable(JSON, unknown.getBytes(UTF_8));
    }

    @Test
    void numbersOfManyDigitsAreRefusedBeforeTheyAreWorkedOut() {
        String digits = "9".repeat(3_000_000);
        assertUnreadable(JSON, ("{\"BigInteger\":\"" + digits + "\"}").getBytes(UTF_8));
        assertUnreadable(JSON, ("{\"BigDecimal\":\"" + digits + "\"}").getBytes(UTF_8));
        assertUnreadable(JSON, digits.getBytes(UTF_8));
        assertUnreadable(JSON, ("{\"Long\":" + digits + "}").getBytes(UTF_8));
    }

    @Test
    void whatNobodyWritesAsAKeyIsNotReadAsOne() {
        assertUnreadable(JSON, "{\"HashMap\":[{\"int[]\":[1]},1]}".getBytes(UTF_8));
        assertUnreadable(JSON, "{\"Set\":[[{\"int[]\":[1]}]]}".getBytes(UTF_8));
        assertUnreadable(JSON, "{\"Set\":[{\"HashMap\":[1,{\"int[]\":[1]}]}]}".getBytes(UTF_8));
        assertUnreadable(CBOR, new byte[] {(byte) 0xa1, 0x63, 'S', 'e', 't', (byte) 0x81, 0x41, 1}); // {"Set": [h'01']}
        assertThat(CBOR.decode("it", new byte[] {(byte) 0xa1, 0x63, 'S', 'e', 't', (byte) 0x81, 1}))
                .isEqualTo(Set.of(1));
        assertThat(JSON.decode("it", "{\"HashMap\":[[1],{\"int[]\":[1]}]}".getBytes(UTF_8)))
                .isInstanceOf(HashMap.class);
    }

    @Test
    void noMessageQuotesTheBytes() {
        List<String> stored = List.of(
                "\"hunter2",
                "{\"hunter2\":1}",
                "{\"UUID\":\"hunter2\"}",
                "{\"@x hunter2\":1}",
                "{\"[]\":[\"hunter2 y\"]}");
        for (String json : stored) {
            assertThatExceptionOfType(UnreadableValueException.class)
                    .isThrownBy(() -> JSON.decode("it", json.getBytes(UTF_8)))
                    .satisfies(e -> {
                        for (Throwable t = e; t != null; t = t.getCause()) {
                            assertThat(String.valueOf(t.getMessage())).doesNotContain("hunter2");
                        }
                    });
        }
    }

    /** What stored bytes may make of an allowed class is what the codec writes: fields, by name. */
    @Test
    void noConstructorAndNoFactoryMethodIsCalledThatTheCodecDoesNotWriteFor() {
        Shop.Report.CALLED.clear();
        for (String type : List.of("Report", "Path")) {
            for (String content : List.of(
                    "\"/etc/passwd\"",
                    "7",
                    "true",
                    "1.5",
                    "[]",
                    "[\"x\"]",
                    "\"\"",
                    "99999999999",
                    "{\"path\":\"x\"}")) {
                try {
                    JSON.decode(
                            "it", ("{\"@io.sojourn.codec.shop.Shop$" + type + "\":" + content + "}").getBytes(UTF_8));
                    assertThat(content).as("read as %s", type).startsWith("{");
                } catch (UnreadableValueException expected) {
                    assertThat(expected).hasMessageStartingWith("Attribute \"it\" cannot be read: ");
                }
            }
        }
        Shop.Report report = (Shop.Report)
                JSON.decode("it", "{\"@io.sojourn.codec.shop.Shop$Report\":{\"name\":\"ok\"}}".getBytes(UTF_8));
        assertThat(report.name()).isEqualTo("ok");
        assertThat(Shop.Report.CALLED).isEmpty();
    }

    @Test
    void theNameOfAnArrayIsNoLongerThanAnArrayCanHave() {
        byte[] name = ("java.lang.String" + "[]".repeat(2_000_000)).getBytes(UTF_8);
        ByteArrayOutputStream hostile = new ByteArrayOutputStream();
        hostile.writeBytes(
                HexFormat.of().parseHex("a1625b5d817a" + HexFormat.of().toHexDigits(name.length)));
        hostile.writeBytes(name);
        assertUnreadable(CBOR, hostile.toByteArray());
        assertUnreadable(JSON, ("{\"[]\":[\"@" + "x".repeat(2_000_000) + "\"]}").getBytes(UTF_8));
        assertUnreadable(JSON, ("{\"@" + "x.".repeat(20_000) + "\":{}}").getBytes(UTF_8));
        for (String holder : List.of("EnumSet", "EnumMap")) {
            assertUnreadable(JSON, ("{\"" + holder + "\":[\"@" + "x.".repeat(1_000_000) + "\"]}").getBytes(UTF_8));
        }
        Object deepest = Array.newInstance(String.class, new int[255]);
        assertThat(CBOR.decode("it", CBOR.encode("it", deepest))).isEqualTo(deepest);
    }

    /** [x, y] with 31 x + y = 0: all have one hash, and no order. */
    private static String lists(int count) {
        StringBuilder lists = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            lists.append(i == 0 ? "[" : ",[")
                    .append(i)
                    .append(',')
                    .append(-31 * i)
                    .append(']');
        }
        return lists.append(']').toString();
    }

    private static String entries(int count) {
        return lists(count).replace("],[", "],0,[").replace("]]", "],0]");
    }

    @Test
    void keysOfOneHashAreBounded() {
        String lists = lists(40_000);
        for (String set : List.of("HashSet", "LinkedHashSet", "Set", "CopyOnWriteArraySet")) {
            assertUnreadable(JSON, ("{\"" + set + "\":" + lists + "}").getBytes(UTF_8));
        }
        String entries = entries(40_000);
        for (String map : List.of("HashMap", "LinkedHashMap", "Map", "ConcurrentHashMap", "Hashtable")) {
            assertUnreadable(JSON, ("{\"" + map + "\":" + entries + "}").getBytes(UTF_8));
        }
        // The same within other values, with optionals, dates, locales and classes of the application around them.
        assertUnreadable(
                JSON,
                ("{\"Optional\":{\"Set\":" + lists.replaceAll("(\\[\\d+,-?\\d+])", "{\"Optional\":$1}") + "}}")
                        .getBytes(UTF_8));
        assertUnreadable(
                JSON, ("[{\"Set\":" + lists.replaceAll("\\[(\\d+,-?\\d+)]", "{\"List\":[$1]}") + "}]").getBytes(UTF_8));
    }

    /** Maps as keys of maps as keys of a map; the innermost keys are lists of one hash. */
    private static String mapsAsKeys(int levels, int width, int[] next) {
        StringBuilder map = new StringBuilder("{\"HashMap\":[");
        for (int i = 0; i < width; i++) {
            int number = levels == 0 ? next[0]++ : 0;
            map.append(i == 0 ? "" : ",")
                    .append(levels == 0 ? "[" + number + "," + -31 * number + "]" : mapsAsKeys(levels - 1, width, next))
                    .append(",0");
        }
        return map.append("]}").toString();
    }

    /** To compare two maps takes the square of their size; as keys of keys they took seconds for some 100 KB. */
    @Test
    void mapsThatAreKeysCountAsOftenAsTheirKeysAreCompared() {
        assertUnreadable(JSON, mapsAsKeys(2, 34, new int[1]).getBytes(UTF_8));
        assertUnreadable(JSON, mapsAsKeys(2, 10, new int[1]).getBytes(UTF_8));
        String sets =
                mapsAsKeys(2, 20, new int[1]).replace("HashMap", "HashSet").replace(",0", "");
        assertUnreadable(JSON, sets.getBytes(UTF_8));
    }

    /** Many values each of which is within a fixed limit would take as long together as one far above it. */
    @Test
    void theLimitOfAShortValueIsLow() {
        assertUnreadable(JSON, ("{\"HashSet\":" + lists(1_500) + "}").getBytes(UTF_8));
        assertThat((Set<?>) JSON.decode("it", ("{\"HashSet\":" + lists(300) + "}").getBytes(UTF_8)))
                .hasSize(300);
    }

    @Test
    void keysThatApplicationsHaveStay() {
        Set<Object> points = new HashSet<>();
        Set<Object> pairs = new HashSet<>();
        Map<Object, Object> small = new HashMap<>();
        Set<Object> nested = new HashSet<>();
        for (int x = 0; x < 100; x++) {
            Set<Object> row = new HashSet<>();
            for (int y = 0; y < 100; y++) {
                points.add(List.of(x, y));
                if (x != y) {
                    pairs.add(Set.of(x, y));
                }
                if (y % 10 == 0) {
                    small.put(Map.of("x", x, "y", y), List.of(x));
                    row.add(List.of(x, y));
                }
            }
            nested.add(row);
        }
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            numbers.add(i);
        }
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            for (Object value : List.of(points, pairs, small, nested, new CopyOnWriteArraySet<>(numbers))) {
                assertThat(codec.decode("it", codec.encode("it", value))).isEqualTo(value);
            }
        }
    }

    /** The writer counts long names of constants as the reader does: fewer keys are read, and more are not taken either. */
    @Test
    void keysWithLongNamesOfConstantsAreNotTakenIfTheyWouldNotBeRead() {
        Shop.Label label = Shop.Label.AN_ENUM_CONSTANT_WHOSE_NAME_IS_AS_LONG_AS_ONE_STEP_OF_A_COMPARISON;
        Set<Object> lists = new LinkedHashSet<>();
        for (int i = 0; i < 2_150; i++) {
            lists.add(List.of(i, -31 * i, label));
        }
        Set<Object> parcels = new LinkedHashSet<>();
        for (int i = 0; i < 2_450; i++) {
            parcels.add(new Shop.Parcel(i, label));
        }
        for (Set<Object> keys : List.of(lists, parcels)) {
            assertThatExceptionOfType(ValueNotAcceptedException.class).isThrownBy(() -> JSON.encode("it", keys));
        }
        byte[] fewer = JSON.encode("it", Set.copyOf(new ArrayList<>(lists).subList(0, 100)));
        assertThat((Set<?>) JSON.decode("it", fewer)).hasSize(100);
    }

    /** A {@link java.util.Hashtable} orders nothing: strings of one hash, and numbers of one place in a table of known size. */
    @Test
    void keysOfOneHashInATableAreBoundedWhateverTheirClass() {
        StringBuilder strings = new StringBuilder("{\"Hashtable\":{");
        for (int i = 0; i < 1 << 15; i++) {
            strings.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 15; bit++) {
                strings.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            strings.append("\":1");
        }
        assertUnreadable(JSON, strings.append("}}").toString().getBytes(UTF_8));
        StringBuilder numbers = new StringBuilder("{\"Hashtable\":[");
        int size = 11;
        while (size * 0.75 < 40_000) {
            size = 2 * size + 1;
        }
        for (long i = 0; i < 40_000; i++) {
            numbers.append(i == 0 ? "" : ",")
                    .append("{\"Long\":")
                    .append(i * size)
                    .append("},0");
        }
        byte[] table = numbers.append("]}").toString().getBytes(UTF_8);
        assertTimeoutPreemptively(
                SOON, () -> assertThat((Map<?, ?>) JSON.decode("it", table)).hasSize(40_000));
    }

    @Test
    void aSetThatComparesEachWithEachIsBounded() {
        StringBuilder set = new StringBuilder("{\"CopyOnWriteArraySet\":[0");
        for (int i = 1; i < 100_000; i++) {
            set.append(',').append(i);
        }
        assertUnreadable(JSON, set.append("]}").toString().getBytes(UTF_8));
    }

    @Test
    void setsInSetsAreNotHashedForEver() {
        String deep = "{\"Set\":[".repeat(240) + lists(100_000) + "]}".repeat(240);
        assertUnreadable(JSON, deep.getBytes(UTF_8));
    }

    /** The codec writes none, and Jackson would repeat a string for each that refers to it. */
    @Test
    void tagsAreNotRead() {
        String number = "9".repeat(10_000);
        ByteArrayOutputStream hostile = new ByteArrayOutputStream();
        hostile.writeBytes(HexFormat.of().parseHex("d901009f792710"));
        hostile.writeBytes(number.getBytes(UTF_8));
        for (int i = 0; i < 200_000; i++) {
            hostile.writeBytes(
                    HexFormat.of().parseHex("a16a426967496e7465676572d81900")); // {"BigInteger": the string again}
        }
        hostile.write(0xff);
        assertUnreadable(CBOR, hostile.toByteArray());
        assertUnreadable(CBOR, HexFormat.of().parseHex("d9d9f705")); // self-described CBOR
        assertUnreadable(CBOR, HexFormat.of().parseHex("81c10a")); // a time
        assertThat(CBOR.decode("it", CBOR.encode("it", "\u00c1\u00d9".repeat(1_000))))
                .isEqualTo("\u00c1\u00d9".repeat(1_000));
        assertThat(CBOR.decode("it", CBOR.encode("it", "\u20ac".repeat(100_000))))
                .isEqualTo("\u20ac".repeat(100_000));
    }

    @Test
    void textsOfTimesAndNamesAreShort() {
        for (String kind : List.of(
                "UUID",
                "Locale",
                "Currency",
                "TimeZone",
                "ZoneId",
                "LocalDate",
                "OffsetDateTime",
                "ZoneOffset",
                "MonthDay",
                "RoundingMode")) {
            assertUnreadable(JSON, ("{\"" + kind + "\":\"" + "en-a-bb".repeat(400_000) + "\"}").getBytes(UTF_8));
        }
    }

    /** The law on the other side: what would not be read is not taken. */
    @Test
    @SuppressWarnings("JdkObsolete") // applications store it
    void whatIsTooMuchWorkToReadIsNotTaken() {
        Set<Object> alike = new HashSet<>();
        Set<Object> shallow = new HashSet<>();
        for (int i = 0; i < 2_150; i++) {
            alike.add(List.of(i, -31 * i));
            shallow.add(List.of(i, i));
        }
        Hashtable<Object, Object> table = new Hashtable<>();
        Map<Object, Object> maps = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            Map<Object, Object> outer = new HashMap<>();
            for (int j = 0; j < 20; j++) {
                Map<Object, Object> inner = new HashMap<>();
                for (int k = 0; k < 20; k++) {
                    int number = (i * 20 + j) * 20 + k;
                    inner.put(List.of(number, -31 * number), 0);
                }
                outer.put(inner, 0);
            }
            maps.put(outer, 0);
        }
        List<Integer> many = new ArrayList<>();
        for (int i = 0; i < 7_000; i++) {
            many.add(i);
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 13; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            table.put(key.toString(), 1);
        }
        for (JacksonCodec codec : List.of(CBOR, JSON)) {
            for (Object value : List.of(alike, maps, table, new CopyOnWriteArraySet<>(many))) {
                assertThatExceptionOfType(ValueNotAcceptedException.class)
                        .isThrownBy(() -> codec.encode("it", value))
                        .withMessageContaining("takes too long to read");
            }
            assertThat(codec.decode("it", codec.encode("it", shallow))).isEqualTo(shallow);
        }
    }

    @Test
    void bytesOfTheOtherFormAreUnreadableNotMisread() {
        assertUnreadable(CBOR, JSON.encode("it", sample()));
        assertUnreadable(JSON, CBOR.encode("it", sample()));
        assertThat(new ArrayList<>(List.of(JSON.encode("it", 1)[0]))).containsExactly((byte) '1');
    }

    private static void assertUnreadable(JacksonCodec codec, byte[] encoded) {
        assertTimeoutPreemptively(
                SOON,
                () -> assertThatExceptionOfType(UnreadableValueException.class)
                        .isThrownBy(() -> codec.decode("it", encoded)));
    }
}
