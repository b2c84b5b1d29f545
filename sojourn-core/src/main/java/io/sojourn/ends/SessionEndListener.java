package io.sojourn.ends;

/** Is told when sessions end; see {@link io.sojourn.SessionManager#listenToEnds}. */
@FunctionalInterface
public interface SessionEndListener {

    /**
     * A session has ended. Called at least once for each end, on one node at a time, in one of a few threads; it may block. Do the
     * same thing again if the same id comes twice, because a node can die after the call and before the store knows of it. If
     * the call throws, it is repeated after a pause, perhaps on another node: after 1 s, then 2 s, and so on, up to 5 minutes. After
     * ten tries the end is given up, and the observer is told. An {@link EndCause#UNREADABLE} end is told once only.
     *
     * @throws Exception if it has to be told again
     */
    void ended(SessionEnd end) throws Exception;
}
