package io.sojourn;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Sojourn throws on its own account. There is one subclass for each thing that a caller can
 * do about it; see the subclasses. No message holds a secret or the value of an attribute.
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
        super(message, cause);
    }
}
