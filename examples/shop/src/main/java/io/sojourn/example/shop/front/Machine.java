package io.sojourn.example.shop.front;

/** A process of the demonstration that a visitor may kill, freeze and start: a node, or Redis. Thread-safe. */
public interface Machine {

    /** How it is. */
    enum State {
        /** It runs. */
        UP,
        /** It was started, and does not answer yet. */
        STARTING,
        /** It is suspended: the system takes connections for it, and nothing is answered. */
        FROZEN,
        /** It does not run. */
        DOWN
    }

    /** In addresses, such as {@code node-1}. */
    String name();

    /** For people, such as {@code node 1}. */
    String label();

    /** How it is now. */
    State state();

    /**
     * Ends it at once, as a crash does (SIGKILL).
     *
     * @throws IllegalStateException if it does not run
     */
    void kill();

    /**
     * Suspends it (SIGSTOP).
     *
     * @throws IllegalStateException if it does not run
     */
    void freeze();

    /** Lets it go on if it is suspended, starts it anew if it does not run, and does nothing else. */
    void start();
}
