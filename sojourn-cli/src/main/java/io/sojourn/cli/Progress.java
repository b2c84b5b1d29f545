package io.sojourn.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A line on the terminal that says how far a scan is. It appears if the scan takes more than a second, and is removed before anything
 * else is written.
 */
final class Progress implements LongConsumer {

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final String BEGINNING_OF_LINE = "\r";
    private static final String REST_OF_LINE = "\u001b[K";

    private final PrintWriter err;
    private final LongSupplier nanoTime;
    private final boolean enabled;
    private final long start;
    private long next;
    private boolean isShown;

    Progress(PrintWriter err, LongSupplier nanoTime, boolean enabled) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.enabled = enabled;
        start = nanoTime.getAsLong();
        next = start + QUIET_NANOS;
    }

    /** Shows how many keys and sessions were looked at. */
    @Override
    public void accept(long looked) {
        long now = nanoTime.getAsLong();
        if (enabled && now - next >= 0) {
            next = now + BETWEEN_NANOS;
            isShown = true;
            err.print(BEGINNING_OF_LINE
                    + String.format(
                            Locale.ROOT,
                            "Looked at %,d keys and sessions in %d s ...",
                            looked,
                            TimeUnit.NANOSECONDS.toSeconds(now - start))
                    + REST_OF_LINE);
            err.flush();
        }
    }

    /** Removes the line. */
    void clear() {
        if (isShown) {
            isShown = false;
            err.print(BEGINNING_OF_LINE + REST_OF_LINE);
            err.flush();
        }
    }
}
