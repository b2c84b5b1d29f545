package io.sojourn.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Lets one of many equal events through every ten seconds, with the number of those that it held back. */
public final class LogThrottle {

    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanoTime;
    private final AtomicLong last;
    private final AtomicLong heldBack = new AtomicLong();

    public LogThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = new AtomicLong(nanoTime.getAsLong() - INTERVAL_NANOS);
    }

    /**
     * Lets this event through or counts it.
     *
     * @param event gets a phrase to end its sentence with: how many were held back since the last one, or nothing
     */
    public void ifDue(Consumer<String> event) {
        long now = nanoTime.getAsLong();
        long before = last.get();
        if (Math.abs(now - before) < INTERVAL_NANOS || !last.compareAndSet(before, now)) {
            heldBack.incrementAndGet();
            return;
        }
        long count = heldBack.getAndSet(0);
        event.accept(count == 0 ? "" : " (and " + count + " more like it since the last such line)");
    }
}
