package io.sojourn.scene;

import io.sojourn.histories.Failover;
import io.sojourn.histories.Origin;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks every server again and again for its role, its replication id and its offset. From the answers follow which master may
 * have answered a call, and at which offset; and the failovers, with the exact offset up to which the new master has what the old
 * one had ({@code second_repl_offset}).
 */
final class OffsetLog implements AutoCloseable {

    private static final long EVERY_MILLIS = 10;
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    /** What a server has said, and between which moments. */
    private record Sample(
            long sent,
            long received,
            boolean isMaster,
            String replicationId,
            long offset,
            String before,
            long hadBefore) {}

    private final Map<Integer, List<Sample>> samples = new ConcurrentHashMap<>();
    private final ScheduledExecutorService threads;

    OffsetLog(List<RedisServer> servers) {
        threads = Executors.newScheduledThreadPool(servers.size());
        for (RedisServer server : servers) {
            samples.put(server.port(), new ArrayList<>());
            Object unused = threads.scheduleWithFixedDelay(new Watch(server), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** One server, over one connection while it answers. */
    private final class Watch implements Runnable {

        private final RedisServer server;
        private @Nullable RedisProbe probe;

        Watch(RedisServer server) {
            this.server = server;
        }

        @Override
        public void run() {
            try {
                RedisProbe connected = probe;
                if (connected == null) {
                    connected = RedisProbe.connect(server.uri(), TIMEOUT);
                    probe = connected;
                }
                long sent = System.nanoTime();
                String info = String.valueOf(connected.call("INFO", "replication"));
                add(sent, System.nanoTime(), fields(info));
            } catch (RuntimeException e) {
                disconnect(); // It is killed, suspended or loading.
            }
        }

        private void disconnect() {
            RedisProbe connected = probe;
            if (connected != null) {
                connected.close();
                probe = null;
            }
        }

        private void add(long sent, long received, Map<String, String> fields) {
            if (!fields.containsKey("master_replid")) {
                return;
            }
            Sample sample = new Sample(
                    sent,
                    received,
                    "master".equals(fields.get("role")),
                    fields.getOrDefault("master_replid", ""),
                    Long.parseLong(fields.getOrDefault("master_repl_offset", "0")),
                    fields.getOrDefault("master_replid2", ""),
                    Long.parseLong(fields.getOrDefault("second_repl_offset", "-1")) - 1);
            List<Sample> own = of(server.port());
            synchronized (own) {
                own.add(sample);
            }
        }
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    private List<Sample> of(int port) {
        return samples.getOrDefault(port, List.of());
    }

    /**
     * The masters that may have answered a call.
     *
     * @param ports of the servers that the node was connected to; empty if that is not known
     * @param which the ports of those that may have had the session
     */
    List<Origin> origins(Collection<Integer> ports, Predicate<Integer> which, long begin, long end) {
        Collection<Integer> candidates = ports.isEmpty() ? samples.keySet() : ports;
        List<Origin> origins = new ArrayList<>();
        candidates.stream().filter(which).forEach(port -> originsAt(of(port), begin, end, origins));
        return List.copyOf(origins);
    }

    private static void originsAt(List<Sample> own, long begin, long end, List<Origin> origins) {
        int first = lastBefore(own, begin);
        int last = firstAfter(own, end);
        Map<String, Origin> found = new LinkedHashMap<>();
        for (int i = Math.max(first, 0); i <= Math.min(last, own.size() - 1); i++) {
            Sample sample = own.get(i);
            if (sample.isMaster) {
                long from = i == first ? sample.offset : 0;
                long to = i == last ? sample.offset : Long.MAX_VALUE;
                found.merge(
                        sample.replicationId,
                        new Origin(sample.replicationId, from, to),
                        (a, b) -> new Origin(a.replicationId(), a.from(), b.to()));
            }
        }
        origins.addAll(found.values());
    }

    /** The last sample that was complete before a moment; -1 if there is none. */
    private static int lastBefore(List<Sample> own, long moment) {
        int low = -1;
        int high = own.size();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (own.get(middle).received - moment <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first sample that was asked for after a moment; the size if there is none. */
    private static int firstAfter(List<Sample> own, long moment) {
        int low = -1;
        int high = own.size();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (own.get(middle).sent - moment < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** All that have been seen. */
    List<Failover> failovers() {
        Map<String, Failover> found = new TreeMap<>();
        Set<String> replaced = new HashSet<>();
        samples.values()
                .forEach(own -> own.stream()
                        .filter(sample -> sample.isMaster && sample.hadBefore >= 0)
                        .forEach(sample -> {
                            found.putIfAbsent(
                                    sample.replicationId,
                                    new Failover(
                                            sample.received, sample.before, sample.replicationId, sample.hadBefore));
                            replaced.add(sample.before);
                        }));
        samples.values().forEach(own -> demotions(own, replaced, found));
        return List.copyOf(found.values());
    }

    /** A server that was started anew, took itself for a master and was made a replica of another one: all that it had is lost. */
    private static void demotions(List<Sample> own, Set<String> replaced, Map<String, Failover> found) {
        for (int i = 1; i < own.size(); i++) {
            Sample was = own.get(i - 1);
            Sample is = own.get(i);
            if (was.isMaster && !is.isMaster && !replaced.contains(was.replicationId)) {
                found.putIfAbsent(
                        was.replicationId + " of " + is.replicationId,
                        new Failover(is.received, was.replicationId, is.replicationId, -1));
            }
        }
    }

    /** Asks no server any more; what was seen is still told. */
    void stop() {
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
