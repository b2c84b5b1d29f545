package io.sojourn;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * What is stored under a session's id is no session that this version can read: it is damaged, of a future format, or of
 * another type. Stores throw it from {@code load}; the manager reports it to the
 * {@link io.sojourn.observe.SessionObserver} and treats the session as absent. Nothing is overwritten or deleted.
 */
public final class UnreadableSessionException extends SojournException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param reason what is wrong with it; never a part of the data
     * @param cause the underlying error, if there is one
     */
    public UnreadableSessionException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
