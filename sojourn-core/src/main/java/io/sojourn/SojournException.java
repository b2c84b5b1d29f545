package io.sojourn;

import io.sojourn.log.Printable;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Sojourn throws on its own account. There is one subclass for each thing that a caller can
 * do about it; see the subclasses. A message is one line: what does not print is escaped. No message holds a secret or the value of an attribute.
 */
public abstract sealed class SojournException extends RuntimeException
        permits ConflictException,
                SessionLimitException,
                StoreUnavailableException,
                UnreadableSessionException,
                UnreadableValueException,
                ValueNotAcceptedException {

    @Serial
    private static final long serialVersionUID = 1L;

    SojournException(String message, @Nullable Throwable cause) {
        super(Printable.line(message), cause);
    }

    /** What may stand as the cause of one of our exceptions: ours themselves. For any other see {@link #suppress}. */
    static @Nullable Throwable ours(@Nullable Throwable original) {
        return original instanceof SojournException ? original : null;
    }

    /**
     * Keeps what a codec's library threw. Its message may quote the value of an attribute, as parsers like to do, so its class and
     * its stack trace are kept and its message is not. It is suppressed and not the cause: Clojure's REPL and many error pages show
     * the message of the last cause alone, and what to do stands in ours.
     */
    final void suppress(@Nullable Throwable original) {
        if (original != null && ours(original) == null) {
            addSuppressed(new RedactedCause(original));
        }
    }

    private static final class RedactedCause extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        RedactedCause(Throwable original) {
            super(original.getClass().getName() + " (its message is withheld, since it may quote the value)");
            setStackTrace(original.getStackTrace());
        }
    }
}
