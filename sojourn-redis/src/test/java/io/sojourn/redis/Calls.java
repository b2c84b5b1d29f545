package io.sojourn.redis;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A store's operations in short forms, with something to write. */
record Calls(SessionStore store) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    static SessionId newId() {
        return SessionId.random(new SecureRandom());
    }

    CompletableFuture<Optional<StoredSession>> load(SessionId id) {
        return store.load(id).toCompletableFuture();
    }

    /** At revision 1, for ten minutes. */
    CompletableFuture<CommitResult> create(SessionId id) {
        return commit(id, SessionWrite.ABSENT, 1, "first");
    }

    CompletableFuture<CommitResult> change(SessionId id, long expected, long revision) {
        return commit(id, expected, revision, "by " + revision);
    }

    CompletableFuture<CommitResult> commit(SessionId id, long expected, long revision, String text) {
        byte[] record = text.getBytes(StandardCharsets.UTF_8);
        SessionWrite write = new SessionWrite(
                id, expected, revision, Instant.EPOCH, Duration.ofMinutes(10), Map.of("r", record), Set.of());
        return store.commit(write).toCompletableFuture();
    }

    CompletableFuture<Boolean> touch(SessionId id, long revision) {
        return store.touch(new SessionTouch(id, revision, Instant.EPOCH.plusMillis(1), Duration.ofMinutes(20)))
                .toCompletableFuture();
    }

    CompletableFuture<Boolean> delete(SessionId id) {
        return store.delete(id).toCompletableFuture();
    }

    /** The reply, or what the stage failed with. */
    static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
