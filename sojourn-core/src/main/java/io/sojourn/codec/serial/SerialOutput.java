package io.sojourn.codec.serial;

import io.sojourn.codec.allow.JdkNames;
import io.sojourn.codec.allow.Refusal;
import io.sojourn.codec.value.Singletons;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Finds on writing what could not be read again, so that it is refused by the name of its class. */
public final class SerialOutput extends ObjectOutputStream {

    private final SerialRules rules;
    private @Nullable Refusal first;

    public SerialOutput(OutputStream out, SerialRules rules) throws IOException {
        super(out);
        this.rules = rules;
        enableReplaceObject(true);
    }

    /** Throws a {@link Refusal} if the value mentions a class that may not be read. */
    public void writeChecked(@Nullable Object value) throws IOException {
        writeObject(value);
        if (first != null) {
            throw first;
        }
    }

    /** Called once for each object, after its own writeReplace: nothing is replaced. */
    @Override
    protected Object replaceObject(Object value) {
        try {
            check(value);
        } catch (Refusal e) {
            keep(e);
        }
        return value;
    }

    /**
     * Throws a {@link Refusal} for an object that would not come back as what it is: a constant of its class that would come back as
     * another object, or a regular expression that may take long to compile.
     */
    public static void check(Object value) {
        RegexLimits.check(value);
        Class<?> type = value.getClass();
        if (!type.isArray() && !JdkNames.isClass(type.getName())) {
            Singletons.of(type).check(value);
        }
    }

    /** Called once for each class, also for those of an exception that ends the writing: so nothing is thrown here. */
    @Override
    protected void annotateClass(Class<?> type) {
        try {
            rules.checkName(type.getName());
        } catch (Refusal e) {
            keep(e);
        }
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
        keep(new Refusal(type.getName(), "is a dynamic proxy, which is not taken in serialized form."));
    }

    private void keep(Refusal refusal) {
        if (first == null) {
            first = refusal;
        }
    }
}
