package io.sojourn.ends;

/** A running search for ended sessions; close it before the store. */
public interface EndWatch extends AutoCloseable {

    /**
     * Ends the search. Waits up to 5 seconds for listeners that are running, and hands what this node has claimed back to the other
     * nodes. Closing twice is fine.
     */
    @Override
    void close();
}
