package io.sojourn.codec.allow;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which application classes a codec may make objects of, decided on the name alone: a name that is not allowed is never
 * turned into a class, so no static initializer and no constructor of it can run.
 */
public final class AllowedClasses {

    /** Longer than any name that a compiler accepts in practice; keeps messages and look-ups short. */
    private static final int MAX_NAME_LENGTH = 1_000;

    private final Set<String> packages = new TreeSet<>();
    private final Set<String> classes = new TreeSet<>();

    /** Those of the classes that were allowed singly; not in copies, so that a codec keeps no application in memory. */
    private final Set<ClassLoader> loaders = new LinkedHashSet<>();

    public AllowedClasses() {}

    private AllowedClasses(AllowedClasses other) {
        packages.addAll(other.packages);
        classes.addAll(other.classes);
    }

    public AllowedClasses copy() {
        return new AllowedClasses(this);
    }

    /** Finds the classes, also by the loaders of this thread, of those that were allowed singly, and of this library. */
    public ClassFinder finder() {
        Set<ClassLoader> others = new LinkedHashSet<>(loaders);
        others.add(ClassFinder.contextLoader());
        others.add(AllowedClasses.class.getClassLoader());
        return new ClassFinder(others);
    }

    /** Allows all classes of a package and of the packages below it. */
    public void addPackage(String name) {
        if (!isJavaName(name)) {
            throw new IllegalArgumentException("\"" + name
                    + "\" is no package name. Write it as in an import, \"com.acme.shop\": its sub-packages are allowed"
                    + " with it.");
        }
        if (JdkNames.isPackage(name)) {
            throw new IllegalArgumentException(
                    "The package " + name + " is the JDK's and cannot be allowed as a whole: the"
                            + " classes with which deserialization is attacked live there. The JDK's values need no"
                            + " permission.");
        }
        packages.add(name);
    }

    /** As {@link #addClass}, and also a single class of the JDK, unless it is one that streams are attacked with. */
    public void addSerializable(Class<?> type) {
        String name = type.getName();
        if (SerialTable.isNeverTaken(name)) {
            throw new IllegalArgumentException(
                    name + " cannot be allowed: classes like it are what serialized streams are"
                            + " attacked with. Keep what it is made of instead.");
        }
        if (JdkNames.isClass(name) && !type.isArray() && !type.isPrimitive()) {
            add(type);
        } else {
            addClass(type);
        }
    }

    /** Allows a class and the classes nested in it. */
    public void addClass(Class<?> type) {
        if (type.isArray() || type.isPrimitive()) {
            throw new IllegalArgumentException(
                    type.getTypeName() + " needs no permission; allow the class of its elements.");
        }
        if (JdkNames.isClass(type.getName()) && !type.isEnum()) {
            throw new IllegalArgumentException(
                    type.getName() + " is a class of the JDK. The codec knows those that come back"
                            + " equal; of the others it takes enums only.");
        }
        add(type);
    }

    private void add(Class<?> type) {
        classes.add(type.getName());
        ClassLoader loader = type.getClassLoader();
        if (loader != null) {
            loaders.add(loader);
        }
    }

    public boolean isAllowed(String name) {
        if (name.length() > MAX_NAME_LENGTH) {
            return false;
        }
        return classes.contains(name) || isInAllowedClass(name) || isInAllowedPackage(name);
    }

    private boolean isInAllowedClass(String name) {
        for (int at = name.indexOf('$'); at > 0; at = name.indexOf('$', at + 1)) {
            if (classes.contains(name.substring(0, at))) {
                return isJavaName(name);
            }
        }
        return false;
    }

    /** Whoever allows {@code com} does not mean {@code com.sun}. */
    private boolean isInAllowedPackage(String name) {
        if (JdkNames.isClass(name)) {
            return false;
        }
        for (int at = name.lastIndexOf('.'); at > 0; at = name.lastIndexOf('.', at - 1)) {
            if (packages.contains(name.substring(0, at))) {
                return isJavaName(name);
            }
        }
        return false;
    }

    public boolean isEmpty() {
        return packages.isEmpty() && classes.isEmpty();
    }

    public Set<String> packages() {
        return Collections.unmodifiableSet(packages);
    }

    public Set<String> classes() {
        return Collections.unmodifiableSet(classes);
    }

    /** Identifiers with dots between them; anything else is no class that a compiler made. */
    static boolean isJavaName(String name) {
        boolean startOfPart = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (startOfPart ? !Character.isJavaIdentifierStart(c) : c != '.' && !Character.isJavaIdentifierPart(c)) {
                return false;
            }
            startOfPart = c == '.';
        }
        return !startOfPart && name.length() <= MAX_NAME_LENGTH;
    }
}
