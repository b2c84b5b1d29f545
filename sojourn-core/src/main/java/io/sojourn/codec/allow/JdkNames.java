package io.sojourn.codec.allow;

import java.lang.module.ModuleFinder;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells the classes and packages of the JDK by name. Its modules say which packages it has, since {@code javax} is shared: {@code
 * javax.naming} is the JDK's, {@code javax.servlet} is not.
 */
public final class JdkNames {

    /** Of the modules of this JDK, without those that an application put into an image of its own. */
    private static final Set<String> PACKAGES = ModuleFinder.ofSystem().findAll().stream()
            .map(module -> module.descriptor())
            .filter(module -> module.name().startsWith("java.") || module.name().startsWith("jdk."))
            .flatMap(module -> module.packages().stream())
            .collect(Collectors.toUnmodifiableSet());

    /** Names below which others than the JDK have packages as well. */
    private static final Set<String> SHARED = Set.of("com", "org", "io", "net");

    private JdkNames() {}

    public static boolean isClass(String name) {
        return isBelow(name) || PACKAGES.contains(packageOf(name));
    }

    /** Whether a package is the JDK's, or lies above packages of the JDK. */
    public static boolean isPackage(String name) {
        if (isBelow(name + ".") || PACKAGES.contains(name)) {
            return true;
        }
        String above = name + ".";
        return !SHARED.contains(name) && PACKAGES.stream().anyMatch(known -> known.startsWith(above));
    }

    private static String packageOf(String className) {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }

    /** Jakarta Faces was made at Sun, and still has a package of that name. */
    private static boolean isBelow(String name) {
        return name.startsWith("java.")
                || name.startsWith("jdk.")
                || name.startsWith("sun.")
                || (name.startsWith("com.sun.") && !name.startsWith("com.sun.faces."));
    }
}
