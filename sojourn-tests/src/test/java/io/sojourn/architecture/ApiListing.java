package io.sojourn.architecture;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that users of a module can name: the public and protected types of its exported packages with their public
 * and protected members, one a line, in an order and a notation that do not depend on the JDK. Values of constants are
 * listed too, as defaults are part of the API. Left out: what says nothing new (accessors of records, {@code equals},
 * {@code hashCode}, {@code toString}, {@code values} and {@code valueOf}) and what compilers made.
 */
final class ApiListing {

    private static final String HEADER = """
            # The public API of %s; "?" follows a type that may be null.
            # A test compares it with the classes. After a change on purpose: ./mvnw verify -Dapi.update=true
            """;

    private final StringBuilder text = new StringBuilder();

    private ApiListing() {}

    static String of(LibraryModule module) {
        return of(module.name(), module.exportedPackages(), module::classesIn);
    }

    static String of(SpringModule module) {
        return of(module.name(), module.packages(), module::classesIn);
    }

    private static String of(String name, List<String> packages, Function<String, List<Class<?>>> classesIn) {
        var listing = new ApiListing();
        listing.text.append(HEADER.formatted(name));
        for (var packageName : packages) {
            classesIn.apply(packageName).stream()
                    .filter(ApiListing::isReachable)
                    .forEach(listing::add);
        }
        return listing.text.toString();
    }

    private static boolean isReachable(Class<?> type) {
        return isVisible(type.getModifiers())
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && (type.getDeclaringClass() == null || isReachable(type.getDeclaringClass()));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private void add(Class<?> type) {
        text.append('\n').append(declaration(type)).append('\n');
        constants(type).forEach(this::member);
        sorted(Arrays.stream(type.getDeclaredFields()).filter(field -> !field.isEnumConstant()), ApiListing::field);
        if (!type.isRecord()) {
            sorted(Arrays.stream(type.getDeclaredConstructors()), ApiListing::constructor);
        }
        sorted(methods(type).stream().filter(method -> !saysNothingNew(type, method)), ApiListing::method);
    }

    private <M extends Member> void sorted(Stream<M> members, Function<M, String> notation) {
        members.filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
                .map(notation)
                .sorted()
                .forEach(this::member);
    }

    private void member(String line) {
        text.append("    ").append(line).append('\n');
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(Field::isEnumConstant)
                .map(Field::getName)
                .toList();
    }

    /** Its own methods, and those that it inherits from a class which users cannot see. */
    private static List<Method> methods(Class<?> type) {
        var methods = new ArrayList<>(List.of(type.getDeclaredMethods()));
        for (Class<?> above = type.getSuperclass();
                above != null && !isReachable(above);
                above = above.getSuperclass()) {
            methods.addAll(List.of(above.getDeclaredMethods()));
        }
        return methods;
    }

    private static boolean saysNothingNew(Class<?> type, Method method) {
        return switch (method.getName()) {
            case "equals", "hashCode", "toString" -> true;
            case "values", "valueOf" -> type.isEnum();
            default -> type.isRecord() && isAccessor(type, method);
        };
    }

    private static boolean isAccessor(Class<?> record, Method method) {
        return Arrays.stream(record.getRecordComponents())
                .anyMatch(component -> component.getAccessor().equals(method));
    }

    private static String declaration(Class<?> type) {
        var text = new StringJoiner(" ");
        deprecation(type, text);
        // A record and an enum are what they are; that they are static, and final, follows.
        var implied = Modifier.STRICT
                | (type.isInterface() ? Modifier.ABSTRACT | Modifier.INTERFACE | Modifier.STATIC : 0)
                | (type.isRecord() || type.isEnum() ? Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT : 0);
        modifiers(type.getModifiers() & ~implied, text);
        if (type.isSealed() && !type.isEnum()) {
            text.add("sealed");
        }
        text.add(kind(type)).add(TypeNotation.name(type) + typeParameters(type.getTypeParameters()) + components(type));
        var superclass = type.getAnnotatedSuperclass();
        if (superclass != null && !type.isRecord() && !type.isEnum() && superclass.getType() != Object.class) {
            text.add("extends").add(TypeNotation.of(superclass));
        }
        var interfaces = type.getAnnotatedInterfaces();
        if (interfaces.length > 0 && !type.isAnnotation()) {
            text.add(type.isInterface() ? "extends" : "implements").add(list(interfaces));
        }
        return text.toString();
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        if (type.isInterface()) {
            return "interface";
        }
        return type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    }

    private static String components(Class<?> type) {
        return type.isRecord()
                ? Arrays.stream(type.getRecordComponents())
                        .map(component -> TypeNotation.of(component.getAnnotatedType()) + " " + component.getName())
                        .collect(Collectors.joining(", ", "(", ")"))
                : "";
    }

    private static String field(Field field) {
        var text = new StringJoiner(" ");
        deprecation(field, text);
        modifiers(field.getModifiers(), text);
        text.add(TypeNotation.of(field.getAnnotatedType())).add(field.getName());
        constant(field, text);
        return text.toString();
    }

    private static void constant(Field field, StringJoiner text) {
        var type = field.getType();
        var printable = type.isPrimitive() || type.isEnum() || type == String.class || type == Duration.class;
        if (!printable || !Modifier.isStatic(field.getModifiers()) || !Modifier.isFinal(field.getModifiers())) {
            return;
        }
        try {
            // For the protected ones.
            field.setAccessible(true);
            var value = field.get(null);
            text.add("=").add(value instanceof String string ? '"' + string + '"' : String.valueOf(value));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field.toString(), e);
        }
    }

    private static String constructor(Constructor<?> constructor) {
        var text = new StringJoiner(" ");
        deprecation(constructor, text);
        modifiers(constructor.getModifiers(), text);
        text.add(typeParameters(constructor.getTypeParameters())
                + constructor.getDeclaringClass().getSimpleName()
                + signature(constructor));
        return text.toString();
    }

    private static String method(Method method) {
        var text = new StringJoiner(" ");
        deprecation(method, text);
        var inInterface = method.getDeclaringClass().isInterface();
        modifiers(method.getModifiers() & (inInterface ? Modifier.STATIC : ~Modifier.SYNCHRONIZED), text);
        if (method.isDefault()) {
            text.add("default");
        }
        var typeParameters = typeParameters(method.getTypeParameters());
        if (!typeParameters.isEmpty()) {
            text.add(typeParameters);
        }
        text.add(TypeNotation.of(method.getAnnotatedReturnType())).add(method.getName() + signature(method));
        return text.toString();
    }

    private static String signature(Executable executable) {
        var thrown = executable.getAnnotatedExceptionTypes();
        return "(" + list(executable.getAnnotatedParameterTypes()) + ")"
                + (thrown.length == 0 ? "" : " throws " + list(thrown));
    }

    private static String list(AnnotatedType[] types) {
        return Arrays.stream(types).map(TypeNotation::of).collect(Collectors.joining(", "));
    }

    private static String typeParameters(TypeVariable<?>[] parameters) {
        return parameters.length == 0
                ? ""
                : Arrays.stream(parameters).map(TypeNotation::declared).collect(Collectors.joining(", ", "<", ">"));
    }

    private static void modifiers(int modifiers, StringJoiner text) {
        // For members these bits mean "bridge" and "varargs".
        var named = Modifier.toString(modifiers & ~(Modifier.VOLATILE | Modifier.TRANSIENT));
        if (!named.isEmpty()) {
            text.add(named);
        }
    }

    private static void deprecation(AnnotatedElement element, StringJoiner text) {
        if (element.isAnnotationPresent(Deprecated.class)) {
            text.add("@Deprecated");
        }
    }
}
