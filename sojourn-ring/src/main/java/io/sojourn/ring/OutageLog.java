package io.sojourn.ring;

import io.sojourn.StoreUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Says that requests go on without their sessions: at most one line in ten seconds. */
final class OutageLog {

    private static final Logger LOG = System.getLogger("io.sojourn.ring");
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong lastAt = new AtomicLong(System.nanoTime() - PAUSE);

    void tell(StoreUnavailableException cause) {
        long now = System.nanoTime();
        long last = lastAt.get();
        if (now - last >= PAUSE && lastAt.compareAndSet(last, now)) {
            LOG.log(
                    Level.WARNING,
                    "Requests go on without their sessions, as :on-outage says: {0}",
                    cause.getMessage());
        }
    }
}
