package io.sojourn.spring.session;

import io.sojourn.SessionManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;

/**
 * Spring Session's repository over the sessions of a {@link SessionManager}: for {@code SpringSessionBackedSessionRegistry}, the
 * actuator's {@code sessions} endpoint, and code of the application that finds, changes and ends sessions.
 *
 * <ul>
 *   <li>{@link #findById} takes what {@code getId()} gave, here or of an {@code HttpSession}, and asks for no proof. It also
 *       takes the whole token of a client's cookie, which must be right. An id from before a rotation finds nothing.
 *   <li>{@link #deleteById} takes the same, and ids from before a rotation.
 *   <li>{@link #findByIndexNameAndIndexValue} finds by principal, and by the indexes of {@link io.sojourn.Session#index}; at
 *       most 1,000 sessions. Of any other index there are none.
 *   <li>{@link #save} of a session that has ended in the meantime writes nothing and does not throw.
 * </ul>
 *
 * <p>Every method that asks the store throws {@link io.sojourn.StoreUnavailableException} if it is out of reach or too slow.
 */
public final class SojournSessionRepository implements FindByIndexNameSessionRepository<SojournSession> {

    private final SessionOperations operations;

    /** Finds, saves and ends the sessions of this manager. */
    public SojournSessionRepository(SessionManager manager) {
        operations = new SessionOperations(manager);
    }

    /** A new session. {@link #save} stores it, even if it is empty. */
    @Override
    public SojournSession createSession() {
        return operations.create();
    }

    /**
     * Stores what was done to the session, merged with what others have saved since.
     *
     * @throws IllegalStateException if nothing was written because another user has signed in to it since, or because its own
     *     user has as many sessions as allowed
     */
    @Override
    public void save(SojournSession session) {
        boolean unused = SessionOperations.await(operations.save(session));
    }

    /** The session; null if there is none. */
    @Override
    public @Nullable SojournSession findById(String id) {
        return SessionOperations.await(operations.findById(id)).orElse(null);
    }

    /** Ends the session at once, on every node. */
    @Override
    public void deleteById(String id) {
        boolean unused = SessionOperations.await(operations.deleteById(id));
    }

    /** The live sessions, by their ids. */
    @Override
    public Map<String, SojournSession> findByIndexNameAndIndexValue(String indexName, String indexValue) {
        return SessionOperations.await(operations.findByIndex(indexName, indexValue));
    }
}
