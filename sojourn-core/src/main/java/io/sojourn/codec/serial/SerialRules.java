package io.sojourn.codec.serial;

import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.JdkNames;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.allow.RefusalMessages;
import io.sojourn.codec.allow.SerialTable;
import io.sojourn.log.SettingName;
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
public record SerialRules(
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
        String name = SerialTable.ofElements(className);
        if (name.isEmpty() || SerialTable.isPrimitive(name) || SerialTable.isTaken(name) || allowed.isAllowed(name)) {
            return;
        }
        String printable = RefusalMessages.printable(name);
        if (!JdkNames.isClass(name)) {
            throw new Refusal(
                    printable,
                    printable.equals(name)
                            ? "is not allowed; " + RefusalMessages.allowSerialized(name)
                            : "is not allowed.");
        }
        String reason = SerialTable.reason(name);
        if (SerialTable.isNeverTaken(name)) {
            throw new Refusal(
                    printable,
                    reason != null
                            ? reason
                            : "is of a kind that serialized streams are attacked with; it is never taken.");
        }
        throw new Refusal(
                printable,
                (reason != null ? reason : "is not among the classes of the JDK that are known to be harmless.")
                        + " If you need it all the same, " + RefusalMessages.allowSerialized(printable));
    }

    @Override
    public Status checkInput(FilterInfo info) {
        limit(SettingName.JAVA_MAX_DEPTH, info.depth(), maxDepth);
        limit(SettingName.JAVA_MAX_REFERENCES, info.references(), maxReferences);
        limit(SettingName.JAVA_MAX_BYTES, info.streamBytes(), maxBytes);
        limit(SettingName.JAVA_MAX_ARRAY_LENGTH, info.arrayLength(), maxArrayLength);
        if (filter == null) {
            return Status.UNDECIDED;
        }
        Status status = filter.checkInput(info);
        Class<?> type = info.serialClass();
        // Without an allow-list the filter must say yes to each class: silence is no permission.
        if (status == Status.REJECTED || (status == Status.UNDECIDED && allowed.isEmpty() && isClassOfObjects(type))) {
            throw new Refusal(
                    type == null ? "The value" : type.getTypeName(),
                    "is rejected by the filter, " + SettingName.JAVA_FILTER + ".");
        }
        return status;
    }

    /** What is thrown here is the cause of the exception that {@link java.io.ObjectInputStream} throws. */
    private static void limit(SettingName setting, long found, long limit) {
        if (found > limit) {
            throw new Refusal(
                    "The value", "has " + found + " of what is limited to " + limit + "; raise " + setting + ".");
        }
    }

    private static boolean isClassOfObjects(@Nullable Class<?> type) {
        Class<?> element = type;
        while (element != null && element.isArray()) {
            element = element.getComponentType();
        }
        return element != null && !element.isPrimitive();
    }
}
