package io.sojourn.codec.allow;

import io.sojourn.log.SettingName;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** The messages of refusals: why a class is refused, and what to do about it. */
public final class RefusalMessages {

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

    /** Streams, connections, threads and the like. */
    private static final List<Class<?>> RESOURCES = List.of(
            AutoCloseable.class,
            Thread.class,
            ClassLoader.class,
            Process.class,
            Executor.class,
            Future.class,
            Lock.class);

    private RefusalMessages() {}

    /** What makes {@code JacksonCodec} take a class, by code and by text settings. */
    static String allow(Class<?> type) {
        return add("JacksonCodec", type) + inText(type.getName()) + ".";
    }

    /** What makes {@code JacksonCodec} take a class of which only the name is known. */
    public static String allowStored(String name) {
        return add("JacksonCodec", name) + inText(name) + ".";
    }

    /** What makes {@code JavaSerializationCodec} take a class, by code and by text settings. */
    public static String allowSerialized(String name) {
        return add("JavaSerializationCodec", name) + inText(name) + ".";
    }

    /** The init parameter, and where a server is set up by its environment. */
    private static String inText(String name) {
        return ", or in text settings " + SettingName.ALLOWED_TYPES.text() + "=" + name + " ("
                + SettingName.ALLOWED_TYPES.otherTexts() + ")";
    }

    /** A class that is not public cannot be named by code in another package, so its package is. */
    private static String add(String codec, Class<?> type) {
        return isPublic(type)
                ? "add " + codec + ".builder().allow(" + type.getCanonicalName() + ".class)"
                : add(codec, type.getName());
    }

    private static boolean isPublic(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getDeclaringClass()) {
            if (!Modifier.isPublic(c.getModifiers())) {
                return false;
            }
        }
        return true;
    }

    private static String add(String codec, String name) {
        int dot = name.lastIndexOf('.');
        return "add " + codec + ".builder().allow("
                + (dot < 0 || JdkNames.isClass(name)
                        ? name.replace('$', '.') + ".class)"
                        : "\"" + name.substring(0, dot) + "\")");
    }

    /** The refusal of a stream, a connection, a thread or the like, which nothing makes data; null for other classes. */
    private static @Nullable Refusal noData(Class<?> type) {
        for (Class<?> resource : RESOURCES) {
            if (resource.isAssignableFrom(type)) {
                return new Refusal(
                        type.getName(),
                        "is no data: it is of type " + resource.getSimpleName()
                                + ", which lives in one process; keep it in the application,"
                                + " and in the session what finds it.");
            }
        }
        return null;
    }

    /**
     * Why a class cannot be stored whatever is allowed: its objects are streams, connections, threads or the like. Null for other
     * classes.
     *
     * @param name the name of the class
     * @param holder the value that is or has such an object
     */
    public static @Nullable String whyNoData(String name, Object holder) {
        try {
            ClassFinder finder =
                    new ClassFinder(Collections.singleton(holder.getClass().getClassLoader()));
            Refusal refusal = noData(finder.load(name));
            return refusal == null ? null : refusal.reason();
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** The refusal of a class that is neither known nor allowed. */
    public static Refusal refuse(Class<?> type) {
        String name = type.getName();
        Refusal noData = noData(type);
        if (noData != null) {
            return noData;
        }
        if (!JdkNames.isClass(name)
                || (type.isEnum() && isPublic(type))) { // Of the JDK's classes, enums can be allowed.
            return new Refusal(name, "is not allowed; " + allow(type));
        }
        String instead = INSTEAD.get(name);
        if (instead != null) {
            return new Refusal(name, "does not come back equal; store " + instead + ".");
        }
        if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
            return new Refusal(
                    name,
                    "would come back as another class: it is a view or wrapper of a collection, or a rare kind of one;"
                            + " store a copy, such as a new " + copy(type) + " of it.");
        }
        return new Refusal(
                name,
                "is a class of the JDK that has no form which comes back equal; store what it is made of"
                        + (SerialTable.isTaken(name)
                                ? ", or use JavaSerializationCodec, which takes it: in text settings "
                                        + SettingName.CODEC.text() + "=java (in the environment "
                                        + SettingName.variable(SettingName.CODEC.text()) + ")."
                                : "."));
    }

    /** The refusal of a class that no permission helps: Jackson does not write its fields. */
    static Refusal refuseShape(Class<?> type, Class<?> shape) {
        String copy = copy(type);
        return new Refusal(
                type.getName(),
                "is a " + shape.getSimpleName() + " of its own, which JacksonCodec does not keep; store "
                        + (copy != null ? "a copy, such as a new " + copy + " of it" : "what it is made of")
                        + serialized(type));
    }

    /** The refusal of a class that no permission helps: it extends a class of the JDK that has fields. */
    static Refusal refuseSuperclass(Class<?> type, Class<?> ofJdk) {
        return new Refusal(
                type.getName(),
                "extends " + ofJdk.getName() + ", whose state is out of sight of JacksonCodec; store what it is made of"
                        + serialized(type));
    }

    private static String serialized(Class<?> type) {
        return Serializable.class.isAssignableFrom(type)
                ? ", or use the codec that takes it: " + add("JavaSerializationCodec", type)
                        + ", or in text settings " + SettingName.CODEC.text() + "=java and "
                        + SettingName.ALLOWED_TYPES.text() + "=" + type.getName() + " (in the environment "
                        + SettingName.variable(SettingName.CODEC.text()) + " and "
                        + SettingName.variable(SettingName.ALLOWED_TYPES.text()) + ")."
                : ".";
    }

    private static @Nullable String copy(Class<?> type) {
        if (Map.class.isAssignableFrom(type)) {
            return SortedMap.class.isAssignableFrom(type) ? "TreeMap" : "LinkedHashMap";
        }
        if (Set.class.isAssignableFrom(type)) {
            return SortedSet.class.isAssignableFrom(type) ? "TreeSet" : "LinkedHashSet";
        }
        return Collection.class.isAssignableFrom(type) ? "ArrayList" : null;
    }

    /** The class name of stored bytes, fit for a message: what is no name is not repeated. */
    public static String printable(@Nullable String name) {
        return name != null && name.length() <= 200 && AllowedClasses.isJavaName(name) ? name : "(a malformed name)";
    }
}
