package io.sojourn.ring;

import org.jspecify.annotations.Nullable;

/**
 * A rotation in three steps of Ring's middleware, on one thread with nothing in between: it finds {@code :recreate} in the
 * metadata, deletes the session, and writes it without a key.
 */
final class Recreation {

    private static final ThreadLocal<@Nullable Recreation> UNDER_WAY = new ThreadLocal<>();

    private final Mark mark;
    private boolean deleted;

    private Recreation(Mark mark) {
        this.mark = mark;
    }

    /** The first step. */
    static void announce(Mark mark) {
        UNDER_WAY.set(new Recreation(mark));
    }

    /** The second step: whether this deletion belongs to a rotation, so that nothing is to be deleted. */
    static boolean includesDeletionOf(RingStore store, Object key) {
        Recreation current = UNDER_WAY.get();
        if (current == null
                || current.mark.store() != store
                || !current.mark.key().equals(key)) {
            UNDER_WAY.remove();
            return false;
        }
        current.deleted = true;
        return true;
    }

    /** The third step: what is to be rotated, if this write belongs to it. */
    static @Nullable Mark finish(RingStore store) {
        Recreation current = UNDER_WAY.get();
        UNDER_WAY.remove();
        return current != null && current.deleted && current.mark.store() == store ? current.mark : null;
    }

    /** Anything else that happens on this thread. */
    static void forget() {
        UNDER_WAY.remove();
    }
}
