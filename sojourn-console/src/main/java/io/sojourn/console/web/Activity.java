package io.sojourn.console.web;

import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.events.EventStream;
import io.sojourn.admin.events.SharedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the overview: what the nodes have published in the last quarter of an hour, counted in steps of 15 s; and how many sessions
 * there were and how fast Redis answered, as often as somebody has looked. All viewers share it, so that Redis is asked once. Thread-safe.
 */
final class Activity {

    static final int STEPS = 60;
    static final int SECONDS = 15;

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

    private record Sample(long sessions, double millis) {}

    private final SessionAdmin admin;
    private final EventStream events;

    /** Counts by step and line; guarded by this, as all that follows. */
    private final TreeMap<Long, Map<String, Long>> counts = new TreeMap<>();

    private final TreeMap<Long, Sample> samples = new TreeMap<>();
    private String position = "";
    private long sampledAt = System.nanoTime() - SAMPLED_AGAIN_NANOS;

    Activity(SessionAdmin admin) {
        this.admin = admin;
        this.events = admin.events();
    }

    private static long step(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), SECONDS);
    }

    /** @throws StoreUnavailableException if Redis does not answer, or the user may not read the stream */
    synchronized Map<String, Object> look() {
        long now = step(Instant.now());
        if (System.nanoTime() - sampledAt >= SAMPLED_AGAIN_NANOS) {
            sampledAt = System.nanoTime();
            double millis = admin.ping().toNanos() / 1e6;
            samples.put(now, new Sample(admin.count().sessions(), millis));
        }
        read(now - STEPS);
        counts.headMap(now - STEPS + 1).clear();
        samples.headMap(now - STEPS + 1).clear();
        return json(now);
    }

    private void read(long first) {
        if (position.isEmpty()) {
            position = EventStream.positionOf(Instant.ofEpochSecond(first * SECONDS));
        }
        List<SharedEvent> page;
        int pages = 20; // Events may come faster than they are read.
        do {
            page = events.after(position, EventStream.MAX_SIZE);
            for (SharedEvent event : page) {
                position = event.position();
                String line = LINES.get(event.event());
                if (line != null) {
                    Map<String, Long> step = counts.computeIfAbsent(step(event.at()), any -> new LinkedHashMap<>());
                    step.merge(line, event.count(), Long::sum);
                    event.detail()
                            .filter(detail -> detail.matches("[A-Z_]{1,30}") && !line.equals("refused"))
                            .ifPresent(detail -> step.merge(line + ":" + detail, event.count(), Long::sum));
                }
            }
        } while (page.size() == EventStream.MAX_SIZE && --pages > 0);
    }

    private Map<String, Object> json(long now) {
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
            sessions.add(sample == null ? null : sample.sessions());
            latency.add(sample == null ? null : sample.millis());
        }
        return Map.of(
                "seconds", SECONDS,
                "published", !events.last(1).isEmpty(),
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
