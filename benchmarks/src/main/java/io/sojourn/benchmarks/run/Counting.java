package io.sojourn.benchmarks.run;

import io.sojourn.benchmarks.peer.Peer;
import io.sojourn.benchmarks.peer.Samples;
import io.sojourn.benchmarks.peer.Work;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import java.time.Duration;
import java.util.Map;

/** Counts what one thread's operations cost, apart from all turns: nobody else may be at the server meanwhile. */
public final class Counting {

    /** How much longer each answer takes on the way on which round trips are counted. */
    public static final Duration DELAY = Duration.ofMillis(20);

    private static final int OPERATIONS = 20;
    private static final int SLOW_OPERATIONS = 5;

    private final RedisProbe probe;

    /** At that server. */
    public Counting(RedisProbe probe) {
        this.probe = probe;
    }

    /** Counts. The second peer is the same system on a {@link SlowLink}. */
    public Counts count(Peer peer, Peer slow, Work work) {
        probe.call("FLUSHALL");
        long redisBytes = redisBytes(peer, work);
        Scene scene = Scene.set(peer, work, 1, 3 * OPERATIONS);
        Step step = () -> scene.run(0);
        repeat(step, OPERATIONS);
        double commands = commands(step);
        double wireBytes = wireBytes(step);
        probe.call("FLUSHALL");
        Scene slowScene = Scene.set(slow, work, 1, 2 * SLOW_OPERATIONS);
        Step slowStep = () -> slowScene.run(0);
        repeat(slowStep, SLOW_OPERATIONS); // What is sent only the first time: scripts, connections.
        double roundTrips = roundTrips(slowStep);
        probe.call("FLUSHALL");
        return new Counts(commands, roundTrips, wireBytes, redisBytes);
    }

    /** Counts what somebody else does, who cannot be put on a slow link and whose sessions are not looked at. */
    public Counts count(Step step) {
        repeat(step, OPERATIONS);
        return new Counts(commands(step), null, wireBytes(step), null);
    }

    /** What is counted, once. */
    @FunctionalInterface
    public interface Step {
        /** Does it. */
        void run() throws Exception;
    }

    private static void repeat(Step step, int times) {
        try {
            for (int i = 0; i < times; i++) {
                step.run();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private long redisBytes(Peer peer, Work work) {
        Map<String, Object> attributes = work.attributes();
        if (work == Work.E) {
            peer.create(attributes, Samples.principal(0));
        } else {
            peer.create(attributes);
        }
        long bytes = probe.keys().stream().mapToLong(probe::memoryUsage).sum();
        probe.call("FLUSHALL");
        return bytes;
    }

    private double commands(Step step) {
        try (RedisMonitor monitor = probe.monitor()) {
            repeat(step, OPERATIONS);
            long sent = monitor.lines().stream()
                    .filter(line -> !line.contains(" lua] "))
                    .filter(line -> !line.contains("\"PING\"")) // Redisson's, once in a while.
                    .count();
            return (double) sent / OPERATIONS;
        }
    }

    private double wireBytes(Step step) {
        long before = ServerCounters.read(probe).netBytes();
        long between = ServerCounters.read(probe).netBytes();
        repeat(step, OPERATIONS);
        long after = ServerCounters.read(probe).netBytes();
        long ownBytes = between - before;
        return Math.round((double) (after - between - ownBytes) / OPERATIONS);
    }

    /** By the fastest of some operations: the others were held up by something else than the link. */
    private static double roundTrips(Step step) {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < SLOW_OPERATIONS; i++) {
            long start = System.nanoTime();
            repeat(step, 1);
            shortest = Math.min(shortest, System.nanoTime() - start);
        }
        return Math.floor((double) shortest / DELAY.toNanos());
    }
}
