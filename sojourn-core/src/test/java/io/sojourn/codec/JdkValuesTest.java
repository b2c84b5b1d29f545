package io.sojourn.codec;

import static io.sojourn.codec.SameValue.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.shop.Shop;
import io.sojourn.spi.AttributeCodec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The traps among the JDK's values, one by one. */
class JdkValuesTest {

    private static final List<JacksonCodec> CODECS = List.of(
            JacksonCodec.builder().allow(Shop.class).build(),
            JacksonCodec.builder().json().allow(Shop.class).build());

    static Stream<Arguments> values() {
        Stream<Object> values = Stream.of(
                new BigDecimal("1.50"),
                new BigDecimal("1E+400"),
                BigDecimal.valueOf(1, Integer.MAX_VALUE),
                Long.MIN_VALUE,
                (long) Integer.MAX_VALUE + 1,
                -0.0,
                -0.0f,
                Double.MIN_VALUE,
                Float.MIN_NORMAL,
                '\uD800',
                Instant.MIN,
                Instant.MAX,
                Duration.ofSeconds(Long.MIN_VALUE, 999_999_999),
                YearMonth.of(12_345, 6),
                Year.of(-999_999_999),
                LocalDateTime.MAX,
                ZoneOffset.ofHoursMinutesSeconds(1, 2, 3),
                ZoneId.of("UTC+01:30"),
                Locale.forLanguageTag("ja-JP-u-ca-japanese-x-lvariant-JP"),
                ChronoUnit.FOREVER,
                Optional.empty(),
                Optional.of(new ArrayList<>(List.of(Optional.of(1L)))),
                new EnumMap<Shop.Color, String>(Shop.Color.class),
                EnumSet.noneOf(DayOfWeek.class),
                EnumSet.allOf(Shop.Color.class),
                Shop.Color.GREEN,
                new Shop.Color[] {Shop.Color.GREEN, null},
                new Integer[][] {{1}, {}, null},
                new Object[] {1, "a", new int[] {1}},
                new List<?>[] {List.of(1)},
                new String[0],
                new Comparable<?>[] {1, "a"},
                Collections.nCopies(3, 5L),
                Collections.emptySortedMap(),
                Collections.emptyList(),
                List.of(1, 2, 3).subList(1, 3),
                Arrays.asList(1, null),
                new PriorityQueue<>(List.of(5, 3, 4, 1, 2)),
                new TreeMap<>(Map.of(3, "c", 1, "a")),
                new HashSet<>(Arrays.asList(1, "1", 1L, null, List.of(1), DayOfWeek.MONDAY)));
        // One argument each, also where the value is an array.
        return values.map(value -> Arguments.of(new Object[] {value}));
    }

    @ParameterizedTest
    @MethodSource("values")
    void comesBackTheSame(Object value) {
        for (JacksonCodec codec : CODECS) {
            byte[] encoded = codec.encode("it", value);
            Object decoded = codec.decode("it", encoded);
            assertSame(value, decoded);
            assertThat(codec.encode("it", decoded)).isEqualTo(encoded);
        }
    }

    /** In autumn one local time happens twice; the offset tells which. */
    @Test
    void zonedTimesInTheHourThatHappensTwiceAreToldApart() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        ZonedDateTime first =
                ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 0, berlin).withEarlierOffsetAtOverlap();
        ZonedDateTime second = first.withLaterOffsetAtOverlap();
        assertThat(first).isNotEqualTo(second);
        for (JacksonCodec codec : CODECS) {
            assertThat(codec.decode("it", codec.encode("it", first))).isEqualTo(first);
            assertThat(codec.decode("it", codec.encode("it", second))).isEqualTo(second);
        }
    }

    @Test
    void anEmptyEnumMapStillTakesItsOwnKeys() {
        @SuppressWarnings("unchecked")
        Map<Shop.Color, String> map = (Map<Shop.Color, String>) CODECS.get(0)
                .decode("it", CODECS.get(0).encode("it", new EnumMap<Shop.Color, String>(Shop.Color.class)));
        map.put(Shop.Color.RED, "r");
        assertThat(map).containsOnlyKeys(Shop.Color.RED);
    }

    @Test
    void unmodifiableCollectionsStayUnmodifiable() {
        for (Object value :
                List.of(List.of(1), Set.of(1), Map.of(1, 1), Collections.unmodifiableMap(new TreeMap<>()))) {
            Object decoded = CODECS.get(0).decode("it", CODECS.get(0).encode("it", value));
            assertThat(decoded.getClass().getSimpleName()).startsWith("Unmodifiable");
        }
    }

    @Test
    void keysThatAreNoTextsKeepTheirType() {
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put("1", "text");
        map.put(1, "int");
        map.put(1L, "long");
        map.put(null, "null");
        for (JacksonCodec codec : CODECS) {
            assertSame(map, codec.decode("it", codec.encode("it", map)));
        }
    }

    @Test
    void keysMayBeLongerThanAParserTakesForAName() {
        Map<String, Integer> map = new HashMap<>(Map.of("k".repeat(100_000), 1, "short", 2));
        for (JacksonCodec codec : CODECS) {
            assertSame(map, codec.decode("it", codec.encode("it", map)));
        }
    }

    /** {@code substring} leaves half an emoji behind, and what a visitor typed decides where. */
    @Test
    void halfASurrogatePairComesBack() {
        List<AttributeCodec> codecs = new ArrayList<>(CODECS);
        codecs.add(JavaSerializationCodec.builder().allow(Shop.class).build());
        String half = "caf\u00e9 \ud83d\ude00".substring(0, 6);
        for (String text : List.of(half, "\udc00", "a\ud800b", "\udc00\ud800", half.repeat(50_000), "\ud83d\ude00")) {
            for (Object value : List.of(
                    text,
                    new ArrayList<>(List.of(text, "whole")),
                    new HashMap<>(Map.of(text, text)),
                    new LinkedHashSet<>(List.of(text)),
                    new String[] {text})) {
                for (AttributeCodec codec : codecs) {
                    byte[] encoded = codec.encode("it", value);
                    assertSame(value, codec.decode("it", encoded));
                    assertThat(codec.encode("it", codec.decode("it", encoded))).isEqualTo(encoded);
                }
            }
            for (JacksonCodec codec : CODECS) {
                Shop.Item item = new Shop.Item(text, 1, null);
                assertThat(codec.decode("it", codec.encode("it", item))).isEqualTo(item);
            }
        }
    }

    @Test
    void aMapInTheOrderOfAccessKeepsIt() {
        for (JacksonCodec codec : CODECS) {
            for (List<String> keys :
                    List.of(List.<String>of(), List.of("a"), List.of("a", "b"), List.of("c", "a", "b"))) {
                Map<Object, Object> map = new LinkedHashMap<>(16, 0.75f, true);
                keys.forEach(key -> map.put(key, 1));
                @SuppressWarnings("unchecked")
                Map<Object, Object> decoded = (Map<Object, Object>) codec.decode("it", codec.encode("it", map));
                assertThat(map.keySet()).containsExactlyElementsOf(keys);
                assertThat(decoded.keySet()).containsExactlyElementsOf(keys);
                decoded.put("x", 1);
                decoded.put("y", 1);
                assertThat(decoded.get("x")).isEqualTo(1);
                assertThat(new ArrayList<>(decoded.keySet())).endsWith("y", "x");
                Map<Object, Object> plain = new LinkedHashMap<>(map);
                assertThat(codec.decode("it", codec.encode("it", plain))).isEqualTo(plain);
                assertThat(new String(codec.encode("it", plain), StandardCharsets.UTF_8))
                        .doesNotContain("accessOrder");
            }
        }
    }

    /** More than a parser's table of names holds, and alike enough to collide there. */
    @Test
    void mapsMayHaveManyKeys() {
        Map<String, Integer> map = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            map.put("key-" + i, i);
        }
        for (JacksonCodec codec : CODECS) {
            byte[] encoded = codec.encode("it", map);
            for (int again = 0; again < 3; again++) {
                assertThat(codec.decode("it", encoded)).isEqualTo(map);
            }
        }
    }

    /** Each level doubles the work if a set's elements are encoded once for their order and once for their place. */
    @Test
    void setsInSetsTakeNoExponentialTime() {
        Set<Object> set = new HashSet<>(List.of("end"));
        for (int i = 0; i < 60; i++) {
            set = new HashSet<>(List.of("level " + i, set));
        }
        byte[] encoded = CODECS.get(0).encode("it", set);
        assertThat(CODECS.get(0).decode("it", encoded)).isEqualTo(set);
    }

    @Test
    void deepNestingIsTakenAndReadUpToTheLimit() {
        for (JacksonCodec codec : CODECS) {
            Object deepest = nested(JacksonCodec.MAX_DEPTH - 1);
            assertThat(codec.decode("it", codec.encode("it", deepest))).isEqualTo(deepest);
        }
    }

    static List<Object> nested(int levels) {
        List<Object> value = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            value = new ArrayList<>(Collections.singletonList(value));
        }
        return value;
    }
}
