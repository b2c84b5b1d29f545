package io.sojourn.history;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When a write that was acknowledged may have been lost all the same: shortly before its server died, since its replicas had
 * not got it yet, and while a server took writes that was no master any more. What was acknowledged at any other time must be
 * there.
 */
final class Losses {

    /** How far behind its master a replica may be on a busy machine; and how late a thread may write down what it was told. */
    private static final Duration LAG = Duration.ofMillis(500);

    /** On an overloaded machine servers are taken for dead that are not. When that began nobody knows. */
    private static final Duration UNASKED = Duration.ofSeconds(5);

    private record Span(long from, long to) {}

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unasked = new AtomicInteger();

    /** Does what may lose writes that are acknowledged until it is done. */
    void during(Trial.Step step) throws Exception {
        long from = System.nanoTime() - LAG.toNanos();
        try {
            step.take();
        } finally {
            spans.add(new Span(from, System.nanoTime() + LAG.toNanos()));
        }
    }

    /** Another server has become a master just now, and nobody had asked for that. */
    void unasked() {
        long now = System.nanoTime();
        spans.add(new Span(now - UNASKED.toNanos(), now + LAG.toNanos()));
        unasked.incrementAndGet();
    }

    int countUnasked() {
        return unasked.get();
    }

    /** Whether what was acknowledged then, in nanoseconds of the machine, may be lost. */
    boolean explain(long acknowledgedAt) {
        return spans.stream().anyMatch(span -> acknowledgedAt - span.from >= 0 && acknowledgedAt - span.to <= 0);
    }
}
