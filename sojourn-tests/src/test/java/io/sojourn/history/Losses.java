package io.sojourn.history;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * When a write that was acknowledged may have been lost all the same: shortly before its server died, since its replicas had
 * not got it yet, and while a server took writes that was no master any more. What was acknowledged at any other time must be
 * there.
 */
final class Losses {

    /** How far behind its master a replica may be on a busy machine. */
    private static final Duration LAG = Duration.ofMillis(500);

    private record Span(long from, long to) {}

    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    /** Does what may lose writes that are acknowledged until it is done. */
    void during(Trial.Step step) throws Exception {
        long from = System.nanoTime() - LAG.toNanos();
        try {
            step.take();
        } finally {
            spans.add(new Span(from, System.nanoTime()));
        }
    }

    /** Whether what was acknowledged then, in nanoseconds of the machine, may be lost. */
    boolean explain(long acknowledgedAt) {
        return spans.stream().anyMatch(span -> acknowledgedAt - span.from >= 0 && acknowledgedAt - span.to <= 0);
    }
}
