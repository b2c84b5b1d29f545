package io.sojourn.ring;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The values of {@code java.time}, as their own text. */
final class EdnTimes {

    private static final String REGION = "ZoneRegion";

    private static final Map<String, Function<String, Object>> PARSERS = new HashMap<>();

    static {
        PARSERS.put("Duration", Duration::parse);
        PARSERS.put("Instant", Instant::parse);
        PARSERS.put("LocalDate", LocalDate::parse);
        PARSERS.put("LocalDateTime", LocalDateTime::parse);
        PARSERS.put("LocalTime", LocalTime::parse);
        PARSERS.put("MonthDay", MonthDay::parse);
        PARSERS.put("OffsetDateTime", OffsetDateTime::parse);
        PARSERS.put("OffsetTime", OffsetTime::parse);
        PARSERS.put("Period", Period::parse);
        PARSERS.put("Year", text -> Year.of(Integer.parseInt(text)));
        PARSERS.put("YearMonth", YearMonth::parse);
        PARSERS.put("ZoneOffset", ZoneOffset::of);
        PARSERS.put(REGION, ZoneId::of);
        PARSERS.put("ZonedDateTime", ZonedDateTime::parse);
    }

    private EdnTimes() {}

    static boolean knows(Class<?> type) {
        return type.getPackageName().equals("java.time") && PARSERS.containsKey(type.getSimpleName());
    }

    /** Not all texts of the platform's read back: those of years beyond 9999 in some classes, for one. */
    static String text(Path path, Object value) {
        String text = value.toString();
        Object back;
        try {
            back = read(value.getClass().getSimpleName(), text);
        } catch (RuntimeException e) {
            throw path.refusal(value, "has a text that it cannot be read from.", e);
        }
        if (!back.equals(value)) {
            throw path.refusal(value, "does not read back equal from its text.", null);
        }
        return text;
    }

    static Object read(String type, String text) {
        Function<String, Object> parser = PARSERS.get(type);
        if (parser == null) {
            throw new IllegalArgumentException("no such type of java.time is stored");
        }
        return parser.apply(text);
    }
}
