package io.sojourn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.codec.shop.Shop;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in the store, to the byte. Sessions outlive releases: a change here makes stored sessions unreadable. */
class StoredFormTest {

    private static final JacksonCodec CBOR = JacksonCodec.builder()
            .allow(Shop.class)
            .alias(Shop.Item.class, "item")
            .build();
    private static final JacksonCodec JSON = JacksonCodec.builder()
            .json()
            .allow(Shop.class)
            .alias(Shop.Item.class, "item")
            .build();

    @SuppressWarnings("JavaUtilDate")
    static Stream<Arguments> forms() {
        return Stream.of(
                form("ada", "\"ada\"", "63616461"),
                form(true, "true", "f5"),
                form(5, "5", "05"),
                form(-1, "-1", "20"),
                form(1L << 40, "1099511627776", "1b0000010000000000"),
                form(5L, "{\"Long\":5}", "a1644c6f6e6705"),
                form((short) 5, "{\"Short\":5}", "a16553686f727405"),
                form((byte) 5, "{\"Byte\":5}", "a1644279746505"),
                form(1.5, "1.5", "fb3ff8000000000000"),
                form(1.5f, "{\"Float\":1.5}", "a165466c6f6174fa3fc00000"),
                form(Double.NaN, "{\"Double\":\"NaN\"}", "fb7ff8000000000000"),
                form('x', "{\"Character\":120}", "a1694368617261637465721878"),
                form(new BigDecimal("9.90"), "{\"BigDecimal\":\"9.90\"}", null),
                form(BigInteger.TWO, "{\"BigInteger\":\"2\"}", null),
                form(new byte[] {1, 2}, "{\"byte[]\":\"AQI=\"}", "420102"),
                form(new int[] {1, 2}, "{\"int[]\":[1,2]}", "a165696e745b5d820102"),
                form(new char[] {'a'}, "{\"char[]\":[97]}", null),
                form(new String[] {"a"}, "{\"[]\":[\"java.lang.String\",\"a\"]}", null),
                form(new int[][] {{1}}, "{\"[]\":[\"int[]\",{\"int[]\":[1]}]}", null),
                form(new UUID(1, 2), "{\"UUID\":\"00000000-0000-0001-0000-000000000002\"}", null),
                form(Instant.ofEpochSecond(5, 6), "{\"Instant\":[5,6]}", "a167496e7374616e74820506"),
                form(Duration.ofMillis(-1), "{\"Duration\":[-1,999000000]}", null),
                form(Period.of(1, 2, 3), "{\"Period\":[1,2,3]}", null),
                form(LocalDate.of(2026, 1, 2), "{\"LocalDate\":\"2026-01-02\"}", null),
                form(YearMonth.of(2026, 1), "{\"YearMonth\":[2026,1]}", null),
                form(
                        OffsetDateTime.parse("2026-01-02T03:04:05.006+01:00"),
                        "{\"OffsetDateTime\":\"2026-01-02T03:04:05.006+01:00\"}",
                        null),
                form(
                        ZonedDateTime.parse("2026-01-02T03:04+01:00[Europe/Berlin]"),
                        "{\"ZonedDateTime\":[\"2026-01-02T03:04\",\"+01:00\",\"Europe/Berlin\"]}",
                        null),
                form(new Date(7), "{\"Date\":7}", null),
                form(DayOfWeek.MONDAY, "{\"DayOfWeek\":\"MONDAY\"}", null),
                form(Optional.of("a"), "{\"Optional\":\"a\"}", "a1684f7074696f6e616c6161"),
                form(Optional.empty(), "{\"Optional\":null}", "a1684f7074696f6e616cf6"),
                form(new ArrayList<>(Arrays.asList("a", null)), "[\"a\",null]", "826161f6"),
                form(List.of("a"), "{\"List\":[\"a\"]}", "a1644c697374816161"),
                form(Arrays.asList(1, 2), "{\"Arrays.asList\":[1,2]}", null),
                form(new LinkedHashSet<>(List.of(2, 1)), "{\"LinkedHashSet\":[2,1]}", null),
                form(new TreeSet<>(List.of(2, 1)), "{\"TreeSet\":[1,2]}", null),
                form(
                        new HashMap<>(Map.of("b", 2, "a", 1)),
                        "{\"HashMap\":{\"a\":1,\"b\":2}}",
                        "a167486173684d6170a2616101616202"),
                form(new LinkedHashMap<>(Map.of(1, "a")), "{\"LinkedHashMap\":[1,\"a\"]}", null),
                form("\ud83d!", "{\"String\":\"2D0AIQ==\"}", "a166537472696e6744d83d0021"),
                form(new LinkedHashMap<>(16, 0.75f, true), "{\"LinkedHashMap.accessOrder\":{}}", null),
                form(Map.of("a", 1), "{\"Map\":{\"a\":1}}", null),
                form(Collections.emptyNavigableMap(), "{\"SortedMap\":{}}", null),
                form(Map.entry("a", 1), "{\"Map.entry\":[\"a\",1]}", null),
                form(EnumSet.of(Shop.Color.RED), "{\"EnumSet\":[\"@io.sojourn.codec.shop.Shop$Color\",\"RED\"]}", null),
                form(
                        new EnumMap<>(Map.of(DayOfWeek.MONDAY, 1)),
                        "{\"EnumMap\":[\"java.time.DayOfWeek\",\"MONDAY\",1]}",
                        null),
                form(Shop.Color.GREEN, "{\"@io.sojourn.codec.shop.Shop$Color\":\"GREEN\"}", null),
                form(
                        new Shop.Item("s", 1, null),
                        "{\"@item\":{\"sku\":\"s\",\"count\":1,\"price\":null}}",
                        "a165406974656dbf63736b75617365636f756e7401657072696365f6ff"),
                form(
                        new Shop.Square(1, new Shop.Circle(2)),
                        "{\"@io.sojourn.codec.shop.Shop$Square\":{\"side\":1.0,"
                                + "\"inner\":{\"@io.sojourn.codec.shop.Shop$Circle\":{\"radius\":2.0}}}}",
                        null),
                form(new Shop.Sku("abc"), "{\"@io.sojourn.codec.shop.Shop$Sku\":\"abc\"}", null));
    }

    private static Arguments form(Object value, String json, @Nullable String cborHex) {
        return Arguments.of(value, json, cborHex);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void isWrittenAndReadInThisForm(Object value, String json, @Nullable String cborHex) {
        assertThat(new String(JSON.encode("it", value), UTF_8)).isEqualTo(json);
        SameValue.assertSame(value, JSON.decode("it", json.getBytes(UTF_8)));
        if (cborHex != null) {
            assertThat(HexFormat.of().formatHex(CBOR.encode("it", value))).isEqualTo(cborHex);
            SameValue.assertSame(value, CBOR.decode("it", HexFormat.of().parseHex(cborHex)));
        }
    }
}
