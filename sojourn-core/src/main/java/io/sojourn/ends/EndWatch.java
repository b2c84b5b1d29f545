package io.sojourn.ends;

/** A running search for ended sessions; close it before the store. */
public interface EndWatch extends AutoCloseable {

    /**
     * Ends the search, if this is the last listener of the same manager that is told on one node. Then this hands back to the other nodes
     * what waits for a listener, and waits for listeners that are running; all of that takes at most 5 seconds. If there is another listener,
     * or a listener calls this itself, this returns at once, and listeners may still be running. Closing twice is fine.
     */
    @Override
    void close();
}
