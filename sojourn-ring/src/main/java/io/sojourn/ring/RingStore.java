package io.sojourn.ring;

import io.sojourn.StoreUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;

/** What belongs to a record {@code ring.redis.session.RedisStore}: its engine, until it is closed. Thread-safe. */
public final class RingStore implements AutoCloseable {

    private final Object state;
    private final Runnable whenClosed;
    private final String name;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * An open store.
     *
     * @param state what the Clojure namespaces keep of it
     * @param whenClosed gives the connection up
     * @param name where the store is; no password
     */
    public RingStore(Object state, Runnable whenClosed, String name) {
        this.state = state;
        this.whenClosed = whenClosed;
        this.name = name;
    }

    /**
     * What the Clojure namespaces keep of it.
     *
     * @throws StoreUnavailableException once it is closed
     */
    public Object state() {
        if (closed.get()) {
            throw new StoreUnavailableException("The session store is closed", null);
        }
        return state;
    }

    /** Gives the connection up, and closes it if no other store uses it. Closing twice is fine. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            whenClosed.run();
        }
    }

    @Override
    public String toString() {
        return "RingStore[" + name + "]";
    }
}
