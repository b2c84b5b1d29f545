package io.sojourn.redis.cache;

import io.sojourn.redis.connection.Node;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection to one server, from when it was made until it is lost, on which the server tells of every change to what
 * was read on it. Replies and such messages come in the order in which the server wrote them. So whoever has the reply to a
 * request has also been told of all that had changed by the time at which the request was sent; and that is how long a
 * copy is known to be right.
 */
public final class TrackedConnection {

    private final Node node;
    private final long maxStalenessNanos;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile long knownAt;
    private volatile boolean lost;

    public TrackedConnection(Node node, long maxStalenessNanos, long sentAt) {
        this.node = node;
        this.maxStalenessNanos = maxStalenessNanos;
        this.knownAt = sentAt;
    }

    public Node node() {
        return node;
    }

    /** Whether a copy of what was read on this connection may be used. */
    boolean isTrusted(long now) {
        return !lost && now - knownAt <= maxStalenessNanos;
    }

    /** The time up to which all changes are known. */
    public long knownAt() {
        return knownAt;
    }

    /** There was a reply to what was sent at that time. Of two at once the earlier one may win, which does no harm. */
    public void heard(long sentAt) {
        if (sentAt - knownAt > 0) {
            knownAt = sentAt;
        }
    }

    boolean isLost() {
        return lost;
    }

    /** For ever: a connection that is made again is another object, since its server knows nothing of this one. */
    void lose() {
        lost = true;
    }

    /** Whether to ask for a sign of life, and nobody does so already. */
    public boolean beginAsking(long now) {
        return now - knownAt > maxStalenessNanos / 2 && !asking.get() && asking.compareAndSet(false, true);
    }

    public void endAsking() {
        asking.set(false);
    }
}
