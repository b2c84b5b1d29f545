package io.sojourn.codec;

import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import org.jspecify.annotations.Nullable;

/**
 * What may be in a serialized stream.
 *
 * @param allowed the application's classes; empty if only {@code filter} decides
 * @param filter the application's own filter, or null
 */
record SerialRules(
        AllowedClasses allowed,
        @Nullable ObjectInputFilter filter,
        int maxDepth,
        long maxReferences,
        int maxBytes,
        long maxArrayLength)
        implements ObjectInputFilter {

    /** On the name alone, before the class is loaded; throws a {@link Refusal}. */
    void checkName(String className) {
        if (allowed.isEmpty()) {
            return;
        }
        String name = SerialNames.ofElements(className);
        if (!name.isEmpty() && !SerialNames.isBuiltIn(name) && !allowed.isAllowed(name)) {
            throw new Refusal(
                    Advice.printable(name),
                    JdkNames.isClass(name)
                            ? "is a class of the JDK that is not taken in serialized form."
                            : "is not allowed; add JavaSerializationCodec.builder().allow("
                                    + Advice.printable(name).replace('$', '.') + ".class), or its package.");
        }
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > maxDepth
                || info.references() > maxReferences
                || info.streamBytes() > maxBytes
                || info.arrayLength() > maxArrayLength) {
            return Status.REJECTED;
        }
        if (filter == null) {
            return Status.UNDECIDED;
        }
        Status status = filter.checkInput(info);
        // Without an allow-list the filter must say yes to each class: silence is no permission.
        return status == Status.UNDECIDED && allowed.isEmpty() && isClassOfObjects(info.serialClass())
                ? Status.REJECTED
                : status;
    }

    private static boolean isClassOfObjects(@Nullable Class<?> type) {
        Class<?> element = type;
        while (element != null && element.isArray()) {
            element = element.getComponentType();
        }
        return element != null && !element.isPrimitive();
    }
}
