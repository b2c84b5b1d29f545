package io.sojourn.ends;

/** A running search for ended sessions; close it before the store. */
public interface EndWatch extends AutoCloseable {

    /**
     * Ends the search, if this is the last listener of the same manager that is told on one node. Then this waits up to 5 seconds for listeners that are running,
     * and hands what this node has claimed back to the other nodes. If there is another listener, this returns at once, and the listener
     * may still be running. Closing twice is fine.
     */
    @Override
    void close();
}
