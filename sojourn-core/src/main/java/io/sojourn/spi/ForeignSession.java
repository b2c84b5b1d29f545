package io.sojourn.spi;

import io.sojourn.SessionManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A session that lies in the form of another store, and is to become one of ours: what {@link SessionManager#adopt} must know
 * of it. Not thread-safe; used once.
 */
public interface ForeignSession {

    /**
     * How long the session may still live in its old form, and clients may therefore still show its old cookie; zero for ever.
     */
    Duration livesAtMost();

    /**
     * When the session was made, as the old form says; empty, as here, if it does not say. Then the new session counts as made,
     * and its principal as signed in, at the moment of its adoption. The absolute timeout begins with the adoption in both cases.
     */
    default Optional<Instant> createdAt() {
        return Optional.empty();
    }

    /** When the session was last used before its adoption; empty, as here, if the old form does not say. */
    default Optional<Instant> lastAccessedAt() {
        return Optional.empty();
    }

    /**
     * Removes the session in its old form. Called once the new one is stored. Tells whether it was still there: if not, it was
     * ended meanwhile, and the new one is ended, too.
     */
    CompletionStage<Boolean> remove();
}
