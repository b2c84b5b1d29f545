package io.sojourn.spi.text;

import java.lang.reflect.InvocationTargetException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the texts of settings mean. Each function refuses what it does not understand by {@link IllegalArgumentException}
 * with a message that says what would be understood.
 */
public final class SettingReader {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private static final Map<String, ChronoUnit> DURATION_UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private static final Pattern BYTES = Pattern.compile("(\\d{1,10})\\s*([kmg]i?)?b?");

    private static final Map<Character, Long> BYTE_UNITS = Map.of('k', 1L << 10, 'm', 1L << 20, 'g', 1L << 30);

    private SettingReader() {}

    /** The text itself. */
    public static String text(String text) {
        return text;
    }

    /**
     * A number and its unit, {@code 500ms}, {@code 45s}, {@code 30m}, {@code 24h} or {@code 7d}, or ISO 8601, {@code
     * PT30M}. A number without a unit is refused, since its author may have thought of any; but for 0.
     */
    public static Duration duration(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        Matcher shorthand = DURATION.matcher(lower);
        if (lower.equals("0")) {
            return Duration.ZERO;
        }
        if (shorthand.matches()) {
            return Duration.of(
                    Long.parseLong(group(shorthand, 1)),
                    DURATION_UNITS.getOrDefault(group(shorthand, 2), ChronoUnit.FOREVER));
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no duration. Write a number and its unit, such as 500ms, 45s, 30m, 24h or 7d,"
                            + " or ISO 8601, such as PT30M",
                    e);
        }
    }

    private static String group(Matcher matcher, int number) {
        @Nullable String group = matcher.group(number);
        return group == null ? "" : group;
    }

    /** A number of bytes, {@code 2048}, or with a unit of 1,024, {@code 2 KiB}, {@code 4MB}, {@code 8m}. */
    public static int bytes(String text) {
        Matcher matcher = BYTES.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is no size. Write a number of bytes, such as 2048, or with a unit, such as 2KiB or 4MiB");
        }
        String unit = group(matcher, 2);
        long factor = unit.isEmpty() ? 1 : BYTE_UNITS.getOrDefault(unit.charAt(0), 1L);
        long bytes = Long.parseLong(group(matcher, 1)) * factor;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("\"" + text + "\" is too much: at most " + Integer.MAX_VALUE + " bytes");
        }
        return (int) bytes;
    }

    /** A whole number. */
    public static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no whole number up to " + Integer.MAX_VALUE + ", such as 1000", e);
        }
    }

    /** {@code true} or {@code false}; anything else is refused rather than taken for false. */
    public static boolean flag(String text) {
        return oneOf(Map.of("true", true, "false", false)).apply(text);
    }

    /** Texts with commas or white space between them. */
    public static List<String> list(String text) {
        return Stream.of(text.split("[,\\s]+", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** One of some values, by name, in lower or upper case. */
    public static <T> Function<String, T> oneOf(Map<String, T> values) {
        return text -> {
            @Nullable T value = values.get(text.toLowerCase(Locale.ROOT));
            if (value == null) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is none of " + String.join(", ", new TreeSet<>(values.keySet())));
            }
            return value;
        };
    }

    /** A constant of an enum, by its name, with {@code -} or {@code _} between words, in lower or upper case. */
    public static <E extends Enum<E>> Function<String, E> constant(Class<E> type) {
        return text -> oneOf(Stream.of(type.getEnumConstants())
                        .collect(Collectors.toMap(
                                constant ->
                                        constant.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                constant -> constant)))
                .apply(text.replace('_', '-'));
    }

    /** A class by its full name, from the context class loader of this thread or from ours; it is not initialized. */
    public static Class<?> type(String name) {
        @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
        Class<?> found = context == null ? null : find(name, context);
        Class<?> orOurs = found != null ? found : find(name, SettingReader.class.getClassLoader());
        if (orOurs == null) {
            throw new IllegalArgumentException("there is no class " + name
                    + " on the class path. One that is nested in another is named with a $, com.acme.Outer$Inner");
        }
        return orOurs;
    }

    private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** An object of a class that is named in full and has a public constructor without parameters. */
    public static <T> Function<String, T> objectOf(Class<T> type) {
        return name -> {
            Class<?> found = type(name);
            if (!type.isAssignableFrom(found)) {
                throw new IllegalArgumentException(name + " is no " + type.getName());
            }
            try {
                return type.cast(found.getConstructor().newInstance());
            } catch (InvocationTargetException e) {
                throw new IllegalArgumentException(name + " could not be made; see the cause", e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(name + " has no public constructor without parameters", e);
            }
        };
    }
}
