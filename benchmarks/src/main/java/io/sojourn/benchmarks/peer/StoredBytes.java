package io.sojourn.benchmarks.peer;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.StoredSession;
import java.io.ByteArrayOutputStream;
import java.util.Map;

/** The bytes that Sojourn stores for a session, all parts in one: what the plain clients read and write. */
final class StoredBytes {

    private StoredBytes() {}

    static byte[] of(Map<String, Object> attributes) {
        try (MemoryStore store = new MemoryStore()) {
            SessionManager sessions = SessionManager.create(store);
            Session session = sessions.create();
            attributes.forEach(session::set);
            sessions.save(session);
            StoredSession stored =
                    store.load(session.id()).toCompletableFuture().join().orElseThrow();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            stored.parts().values().forEach(bytes::writeBytes);
            return bytes.toByteArray();
        }
    }
}
