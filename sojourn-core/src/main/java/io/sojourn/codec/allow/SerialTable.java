package io.sojourn.codec.allow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the codec makes of each serializable class of the JDK: the file {@code serializable.txt} beside this class lists all
 * public ones of {@code java.base} and {@code java.sql}, and those that stand in their streams.
 */
public final class SerialTable {

    /** Where the classes are with which streams are attacked. A class in them cannot be allowed. */
    private static final List<String> ATTACKED = List.of(
            "java.beans.",
            "java.lang.invoke.",
            "java.lang.reflect.",
            "java.rmi.",
            "javax.management.",
            "javax.naming.",
            "javax.script.",
            "javax.sql.rowset.",
            "com.sun.",
            "jdk.",
            "sun.");

    private static final Set<String> PRIMITIVES =
            Set.of("boolean", "byte", "char", "double", "float", "int", "long", "short", "void");

    private static final Set<String> TAKEN = new HashSet<>();
    private static final Map<String, String> REFUSED = new HashMap<>();
    private static final Set<String> ALWAYS_REFUSED = new HashSet<>();

    static {
        InputStream file = Objects.requireNonNull(SerialTable.class.getResourceAsStream("serializable.txt"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            lines.lines().forEach(SerialTable::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SerialTable() {}

    private static void read(String line) {
        char mark = line.charAt(0);
        if (mark == '#') {
            return;
        }
        int end = line.indexOf(' ', 2);
        String name = end < 0 ? line.substring(2) : line.substring(2, end);
        if (mark == '+') {
            TAKEN.add(name);
        } else {
            REFUSED.put(name, line.substring(end + 1));
            if (mark == '!') {
                ALWAYS_REFUSED.add(name);
            }
        }
    }

    /** Whether it is {@code int} or another primitive type, or {@code void}: what a {@link Class} of them is called. */
    public static boolean isPrimitive(String name) {
        return PRIMITIVES.contains(name);
    }

    /** Whether objects of this class are taken without being allowed. */
    public static boolean isTaken(String name) {
        return TAKEN.contains(name);
    }

    /** Whether not even the application can allow this class of the JDK. */
    public static boolean isNeverTaken(String name) {
        return !TAKEN.contains(name)
                && (ALWAYS_REFUSED.contains(name)
                        || (JdkNames.isClass(name) && ATTACKED.stream().anyMatch(name::startsWith)));
    }

    /** Why a class of the JDK is refused, or null if nothing is known of it. */
    public static @Nullable String reason(String name) {
        return REFUSED.get(name);
    }

    /**
     * The name of the class that an array's elements have, or the name itself if it is of no array; empty for an array
     * of primitives.
     */
    public static String ofElements(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0) {
            return name;
        }
        return name.startsWith("L", dimensions) && name.endsWith(";")
                ? name.substring(dimensions + 1, name.length() - 1)
                : name.length() == dimensions + 1 ? "" : name;
    }
}
