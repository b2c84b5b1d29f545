package io.sojourn.scene;

import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/** A session as the processes know it: the secrets that may open it, those that must not, and whether its end was asked for. */
final class LiveSession {

    /**
     * A secret that was replaced.
     *
     * @param replacedBy the element of the call that has replaced it
     */
    record Replaced(SessionToken token, String replacedBy) {}

    /** Held while the secret is replaced or the session ended, so that it is known which secret opens it. */
    final ReentrantLock identity = new ReentrantLock();

    final SessionId id;
    private final Queue<Replaced> replaced = new ConcurrentLinkedQueue<>();
    private volatile List<SessionToken> candidates;
    private volatile boolean endAsked;

    LiveSession(SessionToken token) {
        id = token.id();
        candidates = List.of(token);
    }

    /** The secret that opens it, or, after a call with an unknown end, all that may. */
    List<SessionToken> candidates() {
        return candidates;
    }

    void replacing(SessionToken next) {
        List<SessionToken> more = new ArrayList<>(candidates);
        more.add(next);
        candidates = List.copyOf(more);
    }

    void replaced(SessionToken next, String element) {
        candidates.stream()
                .filter(token -> !token.equals(next))
                .forEach(token -> replaced.add(new Replaced(token, element)));
        candidates = List.of(next);
    }

    Queue<Replaced> replaced() {
        return replaced;
    }

    void ending() {
        endAsked = true;
    }

    boolean mayBeGone() {
        return endAsked;
    }
}
