package io.sojourn.history;

import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was asked for on one session, and what was acknowledged. A call that failed may have been carried out or not: it
 * counts as asked for alone.
 */
final class Ledger {

    /** What one writer wrote to its own attribute; it does one thing after the other. */
    static final class Column {
        volatile long asked;
        volatile long acknowledged;
    }

    /** Held while the secret is replaced or the session ended, so that it is known which secret opens it. */
    final ReentrantLock identity = new ReentrantLock();

    final AtomicLong incrementsAsked = new AtomicLong();
    final AtomicLong incrementsAcknowledged = new AtomicLong();

    private final Map<Integer, Column> columns = new ConcurrentHashMap<>();
    private final Set<SessionToken> replaced = ConcurrentHashMap.newKeySet();
    private volatile List<SessionToken> candidates;
    private volatile boolean endAsked;
    private volatile boolean ended;

    Ledger(SessionToken token) {
        candidates = List.of(token);
    }

    Column column(int writer) {
        return columns.computeIfAbsent(writer, number -> new Column());
    }

    Map<Integer, Column> columns() {
        return columns;
    }

    /** The secret that opens it, or, after a rotation with an unknown end, all that may. */
    List<SessionToken> candidates() {
        return candidates;
    }

    /** A rotation begins: from now on either may be the one. */
    void rotating(SessionToken next) {
        List<SessionToken> more = new ArrayList<>(candidates);
        more.add(next);
        candidates = List.copyOf(more);
    }

    /** A rotation was acknowledged: all others are worth nothing. */
    void rotated(SessionToken next) {
        List<SessionToken> before = candidates;
        candidates = List.of(next);
        before.stream().filter(token -> !token.equals(next)).forEach(replaced::add);
    }

    /** Those that must never open anything again. */
    Set<SessionToken> replaced() {
        return replaced;
    }

    void ending() {
        endAsked = true;
    }

    void ended() {
        ended = true;
    }

    /** Whether somebody has asked for its end, so that it may be gone. */
    boolean mayBeGone() {
        return endAsked;
    }

    /** Whether its end was acknowledged, so that it must be gone. */
    boolean isGone() {
        return ended;
    }
}
