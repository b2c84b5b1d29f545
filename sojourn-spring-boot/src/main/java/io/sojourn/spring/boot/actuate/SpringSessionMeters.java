package io.sojourn.spring.boot.actuate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sojourn.spring.move.SpringSessionMove;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** How far the move from Spring Session has come. */
final class SpringSessionMeters implements MeterBinder {

    /** Counting reads the names of all keys, so it happens at most that often, however often the meter is read. */
    private static final long COUNTED_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final SpringSessionMove move;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile double remaining = Double.NaN;
    private volatile long countedAtNanos = System.nanoTime() - COUNTED_EVERY_NANOS;

    SpringSessionMeters(SpringSessionMove move) {
        this.move = move;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("sojourn.spring.session.moved", move, SpringSessionMove::moved)
                .description("Sessions that this server has moved from Spring Session")
                .register(registry);
        Gauge.builder("sojourn.spring.session.remaining", this, SpringSessionMeters::remaining)
                .description("Sessions in Redis that have not moved from Spring Session yet")
                .register(registry);
    }

    /** What the last count has found, and begins another one if that is due. Not a number before the first one. */
    private double remaining() {
        if (System.nanoTime() - countedAtNanos >= COUNTED_EVERY_NANOS && counting.compareAndSet(false, true)) {
            countedAtNanos = System.nanoTime();
            CompletionStage<Void> unused = move.countRemaining().handle((count, failure) -> {
                remaining = failure == null ? count : Double.NaN;
                counting.set(false);
                return null;
            });
        }
        return remaining;
    }
}
