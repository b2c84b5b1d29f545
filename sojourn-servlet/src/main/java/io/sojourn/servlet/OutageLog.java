package io.sojourn.servlet;

import io.sojourn.StoreUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Tells of an outage once in a while, with a count: else each request would write its line until the disk is full. */
final class OutageLog {

    static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger(OutageLog.class.getPackageName());
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final InstantSource clock;
    private final AtomicLong toldAt = new AtomicLong(NEVER);
    private final AtomicLong untold = new AtomicLong();

    OutageLog(InstantSource clock) {
        this.clock = clock;
    }

    void tell(StoreUnavailableException failure, String consequence) {
        long now = clock.millis();
        long last = toldAt.get();
        boolean due = Math.abs(now - last) >= INTERVAL.toMillis();
        if (!due || !toldAt.compareAndSet(last, now)) {
            untold.incrementAndGet();
            return;
        }
        long others = untold.getAndSet(0);
        String count = others == 0 ? "" : " (so it went for " + others + " more since this was last told)";
        LOG.log(Level.WARNING, "{0}: {1}{2}", consequence, failure.getMessage(), count);
    }
}
