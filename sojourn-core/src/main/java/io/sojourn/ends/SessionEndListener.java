package io.sojourn.ends;

import java.util.Collection;

/** Is told when sessions end; see {@link io.sojourn.SessionManager#listenToEnds}. */
@FunctionalInterface
public interface SessionEndListener {

    /** How often an end is told at most: {@value}. */
    int TRIES = 10;

    /**
     * If a node cannot read what an ended session held, or one of its attributes, other nodes try, after the same pauses as for a
     * listener that throws. From this try on, about a minute later, the end is told without: {@value}.
     */
    int READ_TRIES = 7;

    /**
     * A session has ended. Called at least once for each end, on one node at a time, in one of a few threads; it may block. Do the
     * same thing again if the same id comes twice, because a node can die after the call and before the store knows of it. If
     * the call throws, it is repeated after a pause, perhaps on another node: after 1 s, then 2 s, and so on, up to 5 minutes. After
     * {@value #TRIES} tries the end is given up, and the observer is told.
     *
     * @throws Exception if it has to be told again
     */
    void ended(SessionEnd end) throws Exception;

    /**
     * A listener that tells all of these, one after the other. An exception or an error of one of them keeps no other from being
     * told. It is thrown afterwards, so that the end is told again, to all of them; if several fail, the last one's, with the
     * others suppressed.
     */
    static SessionEndListener all(Collection<? extends SessionEndListener> listeners) {
        return end -> {
            Throwable failure = null;
            for (SessionEndListener listener : listeners) {
                try {
                    listener.ended(end);
                } catch (Throwable e) {
                    if (failure != null && failure != e) {
                        e.addSuppressed(failure);
                    }
                    failure = e;
                }
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
        };
    }
}
