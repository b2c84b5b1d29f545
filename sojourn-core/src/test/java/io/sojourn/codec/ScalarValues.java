package io.sojourn.codec;

import io.sojourn.codec.shop.Shop;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Values with equality, which may be keys. */
final class ScalarValues {

    private ScalarValues() {}

    static Arbitrary<Object> any() {
        return Arbitraries.oneOf(List.of(texts(), numbers(), times(), names()));
    }

    /** All of Unicode, but no half of a surrogate pair. */
    static Arbitrary<String> strings() {
        Arbitrary<String> any = Arbitraries.strings()
                .withCharRange('\0', '\uD7FF')
                .withCharRange('\uE000', '\uFFFF')
                .ofMaxLength(40);
        Arbitrary<String> astral = Arbitraries.integers()
                .between(Character.MIN_SUPPLEMENTARY_CODE_POINT, Character.MAX_CODE_POINT)
                .map(Character::toString);
        Arbitrary<String> text = Arbitraries.strings().alpha().ofMaxLength(300);
        return Arbitraries.oneOf(text, any, astral, Arbitraries.of("", "@", "Long", "@cart", "\"\\\u2028", "a.b$c"));
    }

    private static Arbitrary<Object> texts() {
        return Arbitraries.oneOf(List.of(
                strings().asGeneric(),
                Arbitraries.chars().all().asGeneric(),
                Arbitraries.create(UUID::randomUUID).asGeneric(),
                Arbitraries.of(
                                URI.create("https://shop.example/a?b=%20c#d"),
                                URI.create("mailto:ada@example.org"),
                                URI.create(""))
                        .asGeneric(),
                Arbitraries.of(
                                Locale.ROOT,
                                Locale.GERMANY,
                                Locale.forLanguageTag("zh-Hant-TW"),
                                Locale.forLanguageTag("de-u-co-phonebk"))
                        .asGeneric(),
                Arbitraries.of(Currency.getInstance("EUR"), Currency.getInstance("JPY"))
                        .asGeneric()));
    }

    private static Arbitrary<Object> numbers() {
        return Arbitraries.oneOf(List.of(
                Arbitraries.integers().asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.longs().between(-5, 5).asGeneric(),
                Arbitraries.shorts().asGeneric(),
                Arbitraries.bytes().asGeneric(),
                Arbitraries.of(true, false).asGeneric(),
                Arbitraries.doubles()
                        .withSpecialValue(Double.NaN)
                        .withSpecialValue(Double.POSITIVE_INFINITY)
                        .withSpecialValue(Double.NEGATIVE_INFINITY)
                        .withSpecialValue(-0.0)
                        .withSpecialValue(Double.MIN_VALUE)
                        .asGeneric(),
                Arbitraries.integers().map(Float::intBitsToFloat).asGeneric(),
                Arbitraries.longs().map(Double::longBitsToDouble).asGeneric(),
                Arbitraries.bigIntegers()
                        .between(BigInteger.ONE.shiftLeft(200).negate(), BigInteger.ONE.shiftLeft(200))
                        .asGeneric(),
                Arbitraries.bigIntegers()
                        .flatMap(n -> Arbitraries.integers().between(-400, 400).map(scale -> new BigDecimal(n, scale)))
                        .asGeneric(),
                Arbitraries.of(OptionalInt.empty(), OptionalInt.of(3), OptionalInt.of(Integer.MIN_VALUE))
                        .asGeneric(),
                Arbitraries.of(OptionalLong.empty(), OptionalLong.of(3), OptionalLong.of(Long.MAX_VALUE))
                        .asGeneric(),
                Arbitraries.of(OptionalDouble.empty(), OptionalDouble.of(3), OptionalDouble.of(Double.NaN))
                        .asGeneric(),
                Arbitraries.longs()
                        .map(bits -> BitSet.valueOf(new long[] {bits}))
                        .asGeneric()));
    }

    private static Arbitrary<Instant> instants() {
        Arbitrary<Long> seconds =
                Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
        Arbitrary<Long> near = Arbitraries.longs().between(0, 4_000_000_000L);
        Arbitrary<Integer> nanos = Arbitraries.integers().between(0, 999_999_999);
        return Arbitraries.oneOf(near, seconds).flatMap(s -> nanos.map(n -> Instant.ofEpochSecond(s, n)));
    }

    private static Arbitrary<ZoneId> zones() {
        Arbitrary<ZoneOffset> offsets =
                Arbitraries.integers().between(-18 * 3600, 18 * 3600).map(ZoneOffset::ofTotalSeconds);
        Arbitrary<ZoneId> regions = Arbitraries.of(ZoneId.getAvailableZoneIds()).map(ZoneId::of);
        return Arbitraries.oneOf(
                offsets.map(o -> (ZoneId) o), regions, Arbitraries.of(ZoneId.of("UTC+01:30"), ZoneId.of("GMT")));
    }

    private static Arbitrary<LocalDateTime> localTimes() {
        return instants()
                .filter(i -> Math.abs(i.getEpochSecond()) < 31_000_000_000_000_000L)
                .map(i -> LocalDateTime.ofEpochSecond(i.getEpochSecond(), i.getNano(), ZoneOffset.UTC));
    }

    private static Arbitrary<Object> times() {
        Arbitrary<Instant> near =
                Arbitraries.longs().between(-60_000_000_000L, 250_000_000_000L).map(Instant::ofEpochSecond);
        return Arbitraries.oneOf(List.of(
                instants().asGeneric(),
                near.flatMap(i -> zones().map(i::atZone)).asGeneric(),
                near.flatMap(i -> zones().map(zone -> i.atZone(zone).toOffsetDateTime()))
                        .asGeneric(),
                localTimes().asGeneric(),
                localTimes().map(LocalDateTime::toLocalDate).asGeneric(),
                localTimes().map(LocalDateTime::toLocalTime).asGeneric(),
                near.flatMap(i -> zones().map(zone ->
                                i.atZone(zone).toOffsetDateTime().toOffsetTime()))
                        .asGeneric(),
                localTimes().map(t -> YearMonth.from(t)).asGeneric(),
                localTimes().map(t -> MonthDay.from(t)).asGeneric(),
                localTimes().map(t -> Year.from(t)).asGeneric(),
                Arbitraries.longs()
                        .flatMap(s ->
                                Arbitraries.integers().between(0, 999_999_999).map(n -> Duration.ofSeconds(s, n)))
                        .asGeneric(),
                Arbitraries.integers()
                        .tuple3()
                        .map(t -> Period.of(t.get1(), t.get2(), t.get3()))
                        .asGeneric(),
                zones().asGeneric(),
                Arbitraries.longs().map(Date::new).asGeneric()));
    }

    private static Arbitrary<Object> names() {
        return Arbitraries.oneOf(List.of(
                Arbitraries.of(Shop.Color.class).asGeneric(),
                Arbitraries.of(DayOfWeek.class).asGeneric(),
                Arbitraries.of(RoundingMode.class).asGeneric(),
                Arbitraries.of(TimeUnit.class).asGeneric(),
                Arbitraries.of("Europe/Berlin", "UTC", "America/New_York", "GMT-03:30")
                        .map(TimeZone::getTimeZone)
                        .asGeneric()));
    }
}
