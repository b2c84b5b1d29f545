package io.sojourn.console.web;

import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.SessionCount;
import io.sojourn.admin.events.EventStream;
import io.sojourn.admin.events.SharedEvent;
import io.sojourn.ends.EndCause;
import io.sojourn.observe.RevocationCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts for the charts of the overview. It counts the events that nodes have published in the last quarter of an hour, in steps of 15 s. Each
 * time an operator looks, it also counts the sessions and measures the latency of Redis. All operators get the same answer for four
 * seconds, so Redis is asked once for all of them. Thread-safe.
 */
final class Activity {

    static final int STEPS = 60;
    static final int SECONDS = 15;

    private static final long ASKED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long SAMPLED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What each line counts. Other events are not counted, whatever is in the stream. */
    private static final Map<String, String> LINES = Map.ofEntries(
            Map.entry("created", "created"),
            Map.entry("signed-in", "signed-in"),
            Map.entry("ended", "ended"),
            Map.entry("revoked", "revoked"),
            Map.entry("conflict", "conflicts"),
            Map.entry("unknown-id", "refused"),
            Map.entry("wrong-secret", "refused"),
            Map.entry("replaced-secret", "refused"),
            Map.entry("shown-after-end", "refused"));

    /** No line counts more in a step: what is in the stream may be of another program. */
    private static final long MOST = 1_000_000_000;

    private static final Set<String> CAUSES = Stream.concat(
                    Stream.of(EndCause.values()), Stream.of(RevocationCause.values()))
            .map(Enum::name)
            .collect(Collectors.toUnmodifiableSet());

    private record Sample(SessionCount sessions, double millis) {}

    private final SessionAdmin admin;
    private final EventStream events;

    /** Held by the one viewer whose request asks Redis; the others get the answer before. */
    private final ReentrantLock asking = new ReentrantLock();

    private volatile Map<String, Object> answer = Map.of();

    /** Counts by step and line; guarded by {@link #asking}, as all that follows. */
    private final TreeMap<Long, Map<String, Long>> counts = new TreeMap<>();

    private final TreeMap<Long, Sample> samples = new TreeMap<>();
    private String position = "";
    private long askedAt = System.nanoTime() - ASKED_AGAIN_NANOS;
    private long sampledAt = System.nanoTime() - SAMPLED_AGAIN_NANOS;
    private long sampleTook;

    Activity(SessionAdmin admin) {
        this.admin = admin;
        this.events = admin.events();
    }

    private static long step(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), SECONDS);
    }

    /** @throws StoreUnavailableException if Redis does not answer */
    Map<String, Object> look() {
        boolean first = answer.isEmpty();
        if (first) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return answer;
        }
        try {
            if (answer.isEmpty() || System.nanoTime() - askedAt >= ASKED_AGAIN_NANOS) {
                answer = ask();
                askedAt = System.nanoTime();
            }
            return answer;
        } finally {
            asking.unlock();
        }
    }

    private Map<String, Object> ask() {
        long now = step(Instant.now());
        // A tenth of the time at most goes into counting.
        if (System.nanoTime() - sampledAt >= Math.max(SAMPLED_AGAIN_NANOS, 10 * sampleTook)) {
            double millis = admin.ping().toNanos() / 1e6;
            long begun = System.nanoTime();
            samples.put(now, new Sample(admin.count(), millis));
            sampledAt = System.nanoTime();
            sampleTook = sampledAt - begun;
        }
        boolean readable = events.isReadable();
        if (readable) {
            read(now);
        }
        boolean published = readable && !events.last(1).isEmpty();
        counts.headMap(now - STEPS + 1).clear();
        samples.headMap(now - STEPS + 1).clear();
        return json(now, published, !readable);
    }

    private void read(long now) {
        if (position.isEmpty()) {
            position = EventStream.positionOf(Instant.ofEpochSecond((now - STEPS) * SECONDS));
        }
        List<SharedEvent> page;
        int pages = 20; // Events may come faster than they are read.
        do {
            page = events.after(position, EventStream.MAX_SIZE);
            for (SharedEvent event : page) {
                position = event.position();
                String line = LINES.get(event.event());
                if (line != null && step(event.at()) <= now + 1) {
                    Map<String, Long> step = counts.computeIfAbsent(step(event.at()), any -> new LinkedHashMap<>());
                    add(step, line, event.count());
                    event.detail()
                            .filter(detail -> CAUSES.contains(detail) && !line.equals("refused"))
                            .ifPresent(detail -> add(step, line + ":" + detail, event.count()));
                }
            }
        } while (page.size() == EventStream.MAX_SIZE && --pages > 0);
    }

    private static void add(Map<String, Long> step, String line, long count) {
        step.put(line, Math.min(MOST, step.getOrDefault(line, 0L) + Math.min(MOST, count)));
    }

    private Map<String, Object> json(long now, boolean published, boolean refused) {
        Map<String, List<Long>> lines = new LinkedHashMap<>();
        List<@Nullable Long> sessions = new ArrayList<>();
        List<@Nullable Double> latency = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            int place = i;
            long step = now - STEPS + 1 + i;
            counts.getOrDefault(step, Map.of())
                    .forEach((line, count) ->
                            lines.computeIfAbsent(line, any -> zeros()).set(place, count));
            Sample sample = samples.get(step);
            sessions.add(sample == null ? null : sample.sessions().sessions());
            latency.add(sample == null ? null : sample.millis());
        }
        boolean estimated =
                !samples.isEmpty() && samples.lastEntry().getValue().sessions().estimated();
        return Map.of(
                "seconds", SECONDS,
                "published", published,
                "refused", refused,
                "estimated", estimated,
                "lines", lines,
                "sessions", sessions,
                "latency", latency);
    }

    private static List<Long> zeros() {
        List<Long> line = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            line.add(0L);
        }
        return line;
    }
}
