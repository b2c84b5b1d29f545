package io.sojourn.testkit.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what servers do among themselves. */
public final class Polling {

    private static final Duration POLL = Duration.ofMillis(20);

    private Polling() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @throws IllegalStateException if it does not within the limit; the message says what was waited for
     */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IllegalStateException(what + ": not within " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting: " + what);
            }
        }
    }
}
