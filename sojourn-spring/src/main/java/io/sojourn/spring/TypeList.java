package io.sojourn.spring;

import io.sojourn.codec.allow.JdkNames;
import io.sojourn.codec.allow.SerialTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Decides by its name alone whether a class may be read, so that a class that is not allowed is never loaded. Three kinds may be
 * read: classes that are named in {@value #RESOURCE}, classes of the JDK that {@code JavaSerializationCodec} takes, and what the
 * application allows.
 */
final class TypeList {

    private static final String RESOURCE = "types.txt";
    private static final int MAX_NAME_LENGTH = 1_000;
    private static final Pattern JAVA_NAME =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

    private static final Set<String> KNOWN = known();

    private final Set<String> allowed;

    /** @param allowed packages and classes of the application */
    TypeList(Collection<String> allowed) {
        allowed.forEach(TypeList::requireAllowable);
        this.allowed = Set.copyOf(allowed);
    }

    private static Set<String> known() {
        Set<String> names = new TreeSet<>();
        try (InputStream in = TypeList.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The resource io/sojourn/spring/" + RESOURCE
                        + " is missing; it belongs into the same jar as " + TypeList.class.getName());
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            lines.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(names::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Set.copyOf(names);
    }

    private static void requireAllowable(String name) {
        if (!JAVA_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name of a package or class. Write it as in an import:"
                            + " com.acme.shop, or com.acme.shop.Cart.");
        }
        if (JdkNames.isClass(name)
                || JdkNames.isPackage(name)
                || name.equals("org.springframework")
                || name.equals("org")) {
            throw new IllegalArgumentException(name + " cannot be allowed as a whole: it contains classes with which"
                    + " deserialization is attacked. Allow packages and classes of the application.");
        }
    }

    /** The names in {@value #RESOURCE}, in no order. */
    static Set<String> builtIn() {
        return KNOWN;
    }

    Set<String> allowed() {
        return allowed;
    }

    /** Whether a class of this name, or an array of its elements, may be read in serialized form. */
    boolean reads(String className) {
        return permits(className) || SerialTable.isTaken(elementOf(className));
    }

    /**
     * Whether a class of this name, or an array of its elements, may be read in any form. Some classes of the JDK are harmless in
     * serialized form alone: to read them as JSON may ask the network.
     */
    boolean permits(String className) {
        String name = elementOf(className);
        return name.isEmpty() || isNamed(name) || isAllowed(name);
    }

    /** Whether the class is named in {@value #RESOURCE}. */
    static boolean isNamed(String className) {
        return KNOWN.contains(className);
    }

    /** Whether the application has allowed the class, its package, a package above it, or the class that it is nested in. */
    private boolean isAllowed(String name) {
        if (name.length() > MAX_NAME_LENGTH
                || JdkNames.isClass(name)
                || !JAVA_NAME.matcher(name).matches()) {
            return false;
        }
        for (int end = name.length(); end > 0; end = lastSeparator(name, end - 1)) {
            if (allowed.contains(name.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    private static int lastSeparator(String name, int from) {
        return Math.max(name.lastIndexOf('.', from), name.lastIndexOf('$', from));
    }

    /** Of {@code [[Lcom.acme.Cart;} the name of the class; of an array of primitives, nothing. */
    private static String elementOf(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0) {
            return name;
        }
        if (name.startsWith("L", dimensions) && name.endsWith(";")) {
            return name.substring(dimensions + 1, name.length() - 1);
        }
        return name.length() == dimensions + 1 ? "" : name;
    }
}
