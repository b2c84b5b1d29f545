package io.sojourn.servlet.request;

import io.sojourn.StoreUnavailableException;
import io.sojourn.log.LogThrottle;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Logs an outage once in ten seconds, with a count: else each request would write its line until the disk is full. */
public final class OutageLog {

    private static final Logger LOG = System.getLogger(OutageLog.class.getPackageName());

    private final LogThrottle throttle;

    public OutageLog(InstantSource clock) {
        throttle = new LogThrottle(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
    }

    void tell(StoreUnavailableException failure, String consequence) {
        throttle.ifDue(since -> LOG.log(Level.WARNING, "{0}: {1}{2}", consequence, failure.getMessage(), since));
    }
}
