package io.sojourn.benchmarks.run;

import io.sojourn.testkit.RedisProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/** One system at one work for a moment: threads that begin together and stop after a while. */
public final class Turn {

    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private final Task task;
    private final int threads;
    private final long nanos;
    private final CountDownLatch ready;
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    private Turn(Task task, int threads, Duration duration) {
        this.task = task;
        this.threads = threads;
        this.nanos = duration.toNanos();
        this.ready = new CountDownLatch(threads);
    }

    private record Part(long operations, Histogram latencies) {}

    /**
     * Runs it; throws what the task throws.
     *
     * @param client the counters of the process that is measured
     */
    public static Reading run(
            Task task, int threads, Duration duration, Supplier<ClientCounters> client, RedisProbe probe) {
        try {
            return new Turn(task, threads, duration).run(client, probe);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Reading run(Supplier<ClientCounters> client, RedisProbe probe)
            throws InterruptedException, ExecutionException {
        List<CompletableFuture<Part>> parts = new ArrayList<>();
        List<Thread> working = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            CompletableFuture<Part> part = new CompletableFuture<>();
            parts.add(part);
            Thread thread = new Thread(() -> work(number, part), "bench-" + i);
            thread.setDaemon(true);
            working.add(thread);
            thread.start();
        }
        ready.await();
        try {
            return read(parts, client, probe);
        } finally {
            over.countDown();
            for (Thread thread : working) {
                thread.join(); // What it has allocated must not vanish in the middle of the next turn.
            }
        }
    }

    /** The reading of the server's counters stays outside of that of the client's. */
    private Reading read(List<CompletableFuture<Part>> parts, Supplier<ClientCounters> client, RedisProbe probe)
            throws InterruptedException, ExecutionException {
        ServerCounters serverBefore = ServerCounters.read(probe);
        ClientCounters before = client.get();
        long start = System.nanoTime();
        go.countDown();
        Histogram latencies = histogram();
        long operations = 0;
        for (CompletableFuture<Part> part : parts) {
            Part done = part.get();
            operations += done.operations;
            latencies.add(done.latencies);
        }
        long elapsed = System.nanoTime() - start;
        ClientCounters after = client.get();
        ServerCounters serverAfter = ServerCounters.read(probe);
        return new Reading(
                Math.max(1, operations),
                elapsed,
                latencies,
                after.cpuNanos() - before.cpuNanos(),
                after.allocatedBytes() - before.allocatedBytes(),
                serverAfter.cpuMicros() - serverBefore.cpuMicros());
    }

    private static Histogram histogram() {
        return new Histogram(1, LONGEST_NANOS, 2);
    }

    private void work(int number, CompletableFuture<Part> part) {
        try {
            Histogram latencies = histogram();
            ready.countDown();
            go.await();
            long operations = repeat(number, latencies);
            part.complete(new Part(operations, latencies));
            over.await(); // What a thread has allocated can be asked only while it lives.
        } catch (Throwable e) {
            part.completeExceptionally(e);
        }
    }

    private long repeat(int number, Histogram latencies) throws Exception {
        long operations = 0;
        long begin = System.nanoTime();
        long end = begin + nanos;
        while (begin < end && task.run(number)) {
            long now = System.nanoTime();
            latencies.recordValue(Math.min(LONGEST_NANOS, now - begin));
            begin = now;
            operations++;
        }
        return operations;
    }
}
