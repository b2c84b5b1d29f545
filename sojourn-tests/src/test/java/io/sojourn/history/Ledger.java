package io.sojourn.history;

import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was asked for on one session, and what was acknowledged, and when. A call that failed may have been carried out or not:
 * it counts as asked for alone.
 */
final class Ledger {

    /**
     * What was last acknowledged.
     *
     * @param at in nanoseconds of the machine
     */
    record Acknowledged(long value, long at) {

        static final Acknowledged NOTHING = new Acknowledged(0, 0);

        static Acknowledged now(long value) {
            return new Acknowledged(value, System.nanoTime());
        }
    }

    /** What one writer wrote to its own attribute; it does one thing after the other. */
    static final class Column {
        volatile long asked;
        volatile Acknowledged acknowledged = Acknowledged.NOTHING;
    }

    /** Held while the secret is replaced or the session ended, so that it is known which secret opens it. */
    final ReentrantLock identity = new ReentrantLock();

    final AtomicLong incrementsAsked = new AtomicLong();

    private final Map<Integer, Column> columns = new ConcurrentHashMap<>();
    private final Map<SessionToken, Long> replaced = new ConcurrentHashMap<>();
    private final long createdAt = System.nanoTime();
    private volatile long rotatedAt = createdAt;
    private volatile List<SessionToken> candidates;
    private volatile boolean endAsked;
    private volatile long endedAt;
    private volatile boolean ended;
    private volatile Acknowledged increments = Acknowledged.NOTHING;

    Ledger(SessionToken token) {
        candidates = List.of(token);
    }

    Column column(int writer) {
        return columns.computeIfAbsent(writer, number -> new Column());
    }

    Map<Integer, Column> columns() {
        return columns;
    }

    Acknowledged increments() {
        return increments;
    }

    synchronized void incremented() {
        increments = Acknowledged.now(increments.value() + 1);
    }

    /** So many are missing, which was told. */
    synchronized void withoutIncrements(long missing) {
        increments = new Acknowledged(increments.value() - missing, increments.at());
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
        long now = System.nanoTime();
        rotatedAt = now;
        candidates = List.of(next);
        before.stream().filter(token -> !token.equals(next)).forEach(token -> replaced.put(token, now));
    }

    /** Those that must never open anything again, and since when. */
    Map<SessionToken, Long> replaced() {
        return replaced;
    }

    /** When it was acknowledged that the session is there, and that its present secret opens it. */
    List<Long> madeAt() {
        return List.of(createdAt, rotatedAt);
    }

    void ending() {
        endAsked = true;
    }

    void ended() {
        endedAt = System.nanoTime();
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

    /** When it was. */
    long endedAt() {
        return endedAt;
    }
}
