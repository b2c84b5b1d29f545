package io.sojourn.codec.jackson;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The values of {@code java.time}: ISO-8601 texts where they are exact, else numbers. Points in time and spans are
 * seconds and nanoseconds.
 */
final class TimeKinds {

    static final List<Kind<?>> ALL = List.of(
            Kind.<Instant>of(
                    Instant.class, (value, out) -> out.numbers(value.getEpochSecond(), value.getNano()), in -> {
                        long[] parts = in.numbers(2);
                        return Instant.ofEpochSecond(parts[0], parts[1]);
                    }),
            Kind.<Duration>of(Duration.class, (value, out) -> out.numbers(value.getSeconds(), value.getNano()), in -> {
                long[] parts = in.numbers(2);
                return Duration.ofSeconds(parts[0], parts[1]);
            }),
            Kind.<Period>of(
                    Period.class,
                    (value, out) -> out.numbers(value.getYears(), value.getMonths(), value.getDays()),
                    in -> {
                        long[] parts = in.numbers(3);
                        return Period.of(
                                Math.toIntExact(parts[0]), Math.toIntExact(parts[1]), Math.toIntExact(parts[2]));
                    }),
            Kind.text(LocalDate.class, LocalDate::toString, LocalDate::parse),
            Kind.text(LocalTime.class, LocalTime::toString, LocalTime::parse),
            Kind.text(LocalDateTime.class, LocalDateTime::toString, LocalDateTime::parse),
            Kind.text(OffsetTime.class, OffsetTime::toString, OffsetTime::parse),
            Kind.text(OffsetDateTime.class, OffsetDateTime::toString, OffsetDateTime::parse),
            // In three parts: one text would have to be resolved again, and not every zone's name can stand in it.
            Kind.<ZonedDateTime>of(ZonedDateTime.class, TimeKinds::writeZoned, TimeKinds::readZoned),
            Kind.<Year>of(
                    Year.class,
                    (value, out) -> out.number(value.getValue()),
                    in -> Year.of(Math.toIntExact(in.longValue()))),
            // Numbers: the text of a year over 9999 cannot be parsed.
            Kind.<YearMonth>of(
                    YearMonth.class, (value, out) -> out.numbers(value.getYear(), value.getMonthValue()), in -> {
                        long[] parts = in.numbers(2);
                        return YearMonth.of(Math.toIntExact(parts[0]), Math.toIntExact(parts[1]));
                    }),
            Kind.text(MonthDay.class, MonthDay::toString, MonthDay::parse),
            Kind.text(ZoneOffset.class, ZoneOffset::getId, ZoneOffset::of),
            zoneRegion(),
            EnumKinds.of(DayOfWeek.class),
            EnumKinds.of(Month.class),
            EnumKinds.of(ChronoUnit.class));

    private TimeKinds() {}

    private static Kind<ZoneId> zoneRegion() {
        @SuppressWarnings("unchecked")
        Class<ZoneId> region = (Class<ZoneId>) ZoneId.of("UTC").getClass();
        Kind<ZoneId> text = Kind.checkedText(region, ZoneId::getId, ZoneId::of);
        return Kind.of("ZoneId", List.of(region), text.writer(), text.reader());
    }

    private static void writeZoned(ZonedDateTime value, ValueWriter out) {
        out.generator().writeStartArray(value, 3);
        out.text(value.toLocalDateTime().toString());
        out.text(value.getOffset().getId());
        out.text(value.getZone().getId());
        out.generator().writeEndArray();
    }

    private static ZonedDateTime readZoned(ValueReader in) {
        List<String> parts = in.texts(3);
        ZoneOffset offset = ZoneOffset.of(parts.get(1));
        return ZonedDateTime.ofLocal(LocalDateTime.parse(parts.get(0)), ZoneId.of(parts.get(2)), offset);
    }
}
