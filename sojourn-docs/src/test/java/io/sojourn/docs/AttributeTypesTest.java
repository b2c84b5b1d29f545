package io.sojourn.docs;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spring.SpringCodec;
import java.io.InputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each cell of the table in {@code docs/attribute-types.md} is what the codec does with values of that row. */
class AttributeTypesTest {

    enum Size {
        SMALL
    }

    record Tea(String name) implements Serializable {}

    record Plain(String name) {}

    static final class Cart {
        int items = 2;

        @Override
        public boolean equals(Object other) {
            return other instanceof Cart cart && cart.items == items;
        }

        @Override
        public int hashCode() {
            return items;
        }
    }

    static final class Price implements Serializable {
        private static final long serialVersionUID = 1;

        private final int cents;

        Price(int cents) {
            this.cents = cents;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Price price && price.cents == cents;
        }

        @Override
        public int hashCode() {
            return cents;
        }
    }

    @SuppressWarnings("JavaUtilDate") // Applications store them.
    private static Date date() {
        return new Date(0);
    }

    /** Values by the words with which their row begins. */
    private static final Map<String, List<Object>> VALUES = Map.ofEntries(
            entry("`String`", List.of("tea", true, 'x')),
            entry("`Integer`", List.of(1, 2L, 3.5, (short) 4, new BigDecimal("9.90"), BigInteger.TEN)),
            entry(
                    "`java.time`",
                    List.of(
                            Instant.EPOCH,
                            LocalDate.EPOCH,
                            ZonedDateTime.parse("2026-01-01T12:00:00+01:00[Europe/Berlin]"),
                            Duration.ofSeconds(1))),
            entry(
                    "`java.util.Date`",
                    List.of(
                            date(),
                            new UUID(1, 2),
                            URI.create("shop:tea"),
                            Locale.GERMANY,
                            Currency.getInstance("EUR"))),
            entry("`byte[]`", List.of(new byte[] {1, 2}, new int[] {3}, new String[] {"a"})),
            entry(
                    "`ArrayList`",
                    List.of(
                            new ArrayList<>(List.of(1)),
                            new HashSet<>(List.of(1)),
                            new LinkedHashMap<>(Map.of("a", 1)),
                            new TreeMap<>(Map.of("a", 1)),
                            new ArrayDeque<>(List.of(1)))),
            entry("`List.of`", List.of(List.of(1), Set.of(1), Map.of("a", 1))),
            entry("`EnumSet`", List.of(EnumSet.of(DayOfWeek.MONDAY), new EnumMap<>(Map.of(DayOfWeek.MONDAY, 1)))),
            entry("`Optional`", List.of(Optional.of("tea"))),
            entry("an enum", List.of(Size.SMALL)),
            entry("a record or class", List.of(new Tea("green"))),
            entry("a record, or a class", List.of(new Plain("green"), new Cart())),
            entry("a `Serializable` class", List.of(new Price(5))),
            entry(
                    "a view",
                    List.of(
                            new ArrayList<>(List.of(1, 2)).subList(0, 1),
                            new LinkedHashMap<>(Map.of("a", 1)).keySet())),
            entry("a lambda", List.of((Supplier<String>) () -> "tea", new Object() {})),
            entry("`Thread`", List.of(Thread.currentThread(), InputStream.nullInputStream(), new Socket())));

    private static final List<AttributeCodec> WITHOUT = List.of(
            JacksonCodec.create(),
            JavaSerializationCodec.builder().allow("com.acme").build(),
            SpringCodec.builder().build());

    private static final String HERE = AttributeTypesTest.class.getPackageName();

    private static final List<AttributeCodec> ALLOWING = List.of(
            JacksonCodec.builder().allow(HERE).build(),
            JavaSerializationCodec.builder().allow(HERE).build(),
            SpringCodec.builder().allow(HERE).build());

    /** A row: the type, then a cell for each codec. */
    private static Stream<List<String>> rows() {
        return Page.named("docs/attribute-types.md").lines().stream()
                .filter(Pattern.compile("^\\|.*\\| (yes|no|if allowed) \\|$").asPredicate())
                .map(line -> Arrays.stream(line.split("\\|"))
                        .map(String::strip)
                        .filter(cell -> !cell.isEmpty())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void cellsAreWhatTheCodecsDo(List<String> row) {
        assertThat(row).hasSize(4);
        List<Object> values = VALUES.entrySet().stream()
                .filter(known -> row.get(0).startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        for (Object value : values) {
            for (int codec = 0; codec < 3; codec++) {
                String cell = row.get(codec + 1);
                check(WITHOUT.get(codec), value, cell.equals("yes"));
                check(ALLOWING.get(codec), value, !cell.equals("no"));
            }
        }
    }

    private static void check(AttributeCodec codec, Object value, boolean takes) {
        String what = codec.getClass().getSimpleName() + " with " + value.getClass();
        if (!takes) {
            assertThatThrownBy(() -> codec.encode("a", value)).as(what).isInstanceOf(ValueNotAcceptedException.class);
            return;
        }
        Object read = codec.decode("a", codec.encode("a", value));
        assertThat(read.getClass())
                .as(what)
                .satisfiesAnyOf(
                        type -> assertThat(type).isEqualTo(value.getClass()),
                        // List.of and others come back as the unmodifiable ones of the JDK.
                        type -> assertThat(type.getName()).startsWith("java.util.ImmutableCollections"),
                        type -> assertThat(type.getName()).startsWith("java.util.Collections$Unmodifiable"));
        if (value instanceof ArrayDeque<?> queue) {
            assertThat(List.copyOf((ArrayDeque<?>) read)).isEqualTo(List.copyOf(queue));
        } else {
            assertThat(read).as(what).isEqualTo(value);
        }
    }

    @Test
    void everyRowIsTried() {
        assertThat(rows()).hasSize(VALUES.size());
    }
}
