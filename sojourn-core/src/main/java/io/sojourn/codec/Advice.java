package io.sojourn.codec;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to do about a class that is refused, in the words that go into the message. */
final class Advice {

    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("java.io.File", "its path as a String"),
            Map.entry("java.lang.StringBuilder", "a String"),
            Map.entry("java.lang.StringBuffer", "a String"),
            Map.entry("java.net.URL", "its java.net.URI"),
            Map.entry("java.sql.Date", "a LocalDate"),
            Map.entry("java.sql.Time", "a LocalTime"),
            Map.entry("java.sql.Timestamp", "an Instant"),
            Map.entry("java.util.Calendar", "a ZonedDateTime"),
            Map.entry("java.util.GregorianCalendar", "a ZonedDateTime"),
            Map.entry("java.util.concurrent.atomic.AtomicBoolean", "a Boolean"),
            Map.entry("java.util.concurrent.atomic.AtomicInteger", "an Integer"),
            Map.entry("java.util.concurrent.atomic.AtomicLong", "a Long"),
            Map.entry("java.util.regex.Pattern", "its pattern() as a String"));

    private Advice() {}

    /** The line to add so that a class is taken. */
    static String allow(Class<?> type) {
        String name = type.getCanonicalName();
        return "add JacksonCodec.builder().allow(" + (name != null ? name : type.getName()) + ".class)";
    }

    /** What makes {@link JavaSerializationCodec} take a class, by code and by text settings. */
    static String allowSerialized(String name) {
        String printable = printable(name);
        return "add JavaSerializationCodec.builder().allow(" + printable.replace('$', '.')
                + ".class), or in text settings allowedTypes=" + printable + ".";
    }

    /** The refusal of a class that is neither known nor allowed. */
    static Refusal refuse(Class<?> type) {
        String name = type.getName();
        if (!JdkNames.isClass(name)) {
            return new Refusal(name, "is not allowed; " + allow(type) + ", or its package.");
        }
        String instead = INSTEAD.get(name);
        if (instead != null) {
            return new Refusal(name, "does not come back equal; store " + instead + ".");
        }
        if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
            return new Refusal(
                    name,
                    "would come back as another class: it is a view or wrapper of a collection, or a rare kind of one;"
                            + " store a copy, such as a new ArrayList, LinkedHashSet or LinkedHashMap of it.");
        }
        return new Refusal(
                name, "is a class of the JDK that has no form which comes back equal; store what it is made of.");
    }

    /** The class name of stored bytes, fit for a message: what is no name is not repeated. */
    static String printable(@Nullable String name) {
        return name != null && name.length() <= 200 && AllowedClasses.isJavaName(name) ? name : "(a malformed name)";
    }
}
