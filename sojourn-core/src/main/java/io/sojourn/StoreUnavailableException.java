package io.sojourn;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The store could not be reached, or did not answer before its deadline. What to do: answer the visitor according to the
 * outage policy, and look at the store.
 *
 * <p>For a write this means <em>unknown</em>, not <em>failed</em>: a write whose reply was lost may still be applied.
 * Sojourn never sends it a second time by itself.
 */
public final class StoreUnavailableException extends SojournException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param message what was tried and how long it was waited for; no secret, no attribute value
     * @param cause the client library's own error, if there is one
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
