package io.sojourn.fuzz;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Something that lies in a store, written past all layers. */
final class Planted {

    static final SessionId ID = SessionId.parse("AAAAAAAAAAAAAAAAAAAAAA").orElseThrow();
    static final long REVISION = 1;

    private Planted() {}

    static void in(MemoryStore store, Map<String, byte[]> parts) {
        store.delete(ID).toCompletableFuture().join();
        store.commit(new SessionWrite(ID, SessionWrite.ABSENT, REVISION, Instant.now(), null, parts, Set.of()))
                .toCompletableFuture()
                .join();
    }

    /** What a layer makes of it; empty if it is unreadable. */
    static Optional<StoredSession> read(SessionStore layer) {
        try {
            return layer.load(ID).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnreadableSessionException) {
                return Optional.empty();
            }
            throw e;
        } catch (UnreadableSessionException e) {
            return Optional.empty();
        }
    }
}
