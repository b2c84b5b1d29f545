package io.sojourn;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Stands for another exception whose message may quote an attribute's value, as parsers like to do: the class and the
 * stack trace are kept, the message is not.
 */
final class RedactedCause extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private RedactedCause(Throwable original) {
        super(original.getClass().getName() + " (its message is withheld, since it may quote the value)");
        setStackTrace(original.getStackTrace());
    }

    static @Nullable Throwable of(@Nullable Throwable original) {
        return original == null || original instanceof SojournException ? original : new RedactedCause(original);
    }
}
