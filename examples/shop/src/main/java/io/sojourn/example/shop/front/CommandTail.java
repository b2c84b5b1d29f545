package io.sojourn.example.shop.front;

import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists the commands that Redis was sent lately, with their times, as {@code MONITOR} reports them. It listens only while a page asks,
 * since {@code MONITOR} slows Redis. Of each command it keeps the name and the time, and whether it is about a session; never its arguments. Thread-safe.
 */
final class CommandTail implements AutoCloseable {

    /** The name of clients whose commands are left out. */
    static final String NOT_WATCHED = "sojourn-demo-list";

    private static final Pattern LINE =
            Pattern.compile("(\\d+\\.\\d+) \\[\\d+ ([^]]*)] \"(\\w+)\"(.*)", Pattern.DOTALL);
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final Pattern ADDRESS = Pattern.compile(" addr=(\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long LISTENING_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int KEPT = 2_000;

    private record Sent(double millis, String command, String about) {}

    private final String uri;
    private final Deque<Sent> lately = new ArrayDeque<>();
    private final ScheduledExecutorService end = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-commands");
        thread.setDaemon(true);
        return thread;
    });
    private final ReentrantLock lock = new ReentrantLock();
    private long askedNanos;
    private @Nullable RedisProbe probe;
    private @Nullable RedisMonitor monitor;

    CommandTail(String uri) {
        this.uri = uri;
        var unused = end.scheduleWithFixedDelay(this::stopIfUnused, 5, 5, TimeUnit.SECONDS);
    }

    private void listen() {
        if (monitor == null) {
            RedisProbe opened = RedisProbe.connect(uri, PATIENCE);
            probe = opened;
            monitor = opened.monitor();
        }
    }

    /**
     * The commands about a session in a span of time, in milliseconds since 1970.
     *
     * @throws IllegalStateException if Redis does not answer
     */
    List<Map<String, Object>> about(String session, double from, double to) {
        if (!SESSION.matcher(session).matches()) {
            return List.of();
        }
        lock.lock();
        try {
            askedNanos = System.nanoTime();
            listen();
            take();
            return lately.stream()
                    .filter(each -> each.about.contains(session) && each.millis >= from && each.millis <= to)
                    .map(each -> Map.<String, Object>of("command", each.command, "atMillis", each.millis))
                    .toList();
        } catch (IllegalStateException | UncheckedIOException e) {
            stop(); // It was killed or frozen; the next one listens anew.
            throw new IllegalStateException("Redis reports nothing just now", e);
        } finally {
            lock.unlock();
        }
    }

    private void take() {
        RedisMonitor open = monitor;
        if (open == null) {
            return;
        }
        Set<String> notWatched = notWatched();
        List<String> lines = open.lines();
        open.clear();
        for (String line : lines.subList(Math.max(0, lines.size() - KEPT), lines.size())) {
            Matcher sent = LINE.matcher(line);
            if (sent.find() && !notWatched.contains(sent.group(2))) {
                double millis = new BigDecimal(sent.group(1)).movePointRight(3).doubleValue();
                String words = sent.group(4);
                lately.add(new Sent(millis, sent.group(3).toUpperCase(Locale.ROOT), ids(words)));
                if (lately.size() > KEPT) {
                    lately.remove();
                }
            }
        }
    }

    /** Whose commands are left out: those of the list of sessions, and what a script does, which is part of its command. */
    private Set<String> notWatched() {
        Set<String> clients = new HashSet<>(Set.of("lua"));
        String list = probe == null ? "" : String.valueOf(probe.call("CLIENT", "LIST"));
        list.lines()
                .filter(line -> line.contains(" name=" + NOT_WATCHED + " "))
                .flatMap(line -> ADDRESS.matcher(line).results())
                .forEach(address -> clients.add(address.group(1)));
        return clients;
    }

    /** All that could be the id of a session; nothing else is kept. */
    private static String ids(String words) {
        return String.join(
                " ",
                SESSION.matcher(words.substring(0, Math.min(words.length(), 500)))
                        .results()
                        .map(found -> found.group())
                        .toList());
    }

    /** Moves what Redis has reported into the list, which is bounded. Stops listening when no page has asked for 30 seconds. */
    private void stopIfUnused() {
        lock.lock();
        try {
            take();
            if (System.nanoTime() - askedNanos > LISTENING_NANOS) {
                stop();
            }
        } catch (IllegalStateException | UncheckedIOException e) {
            stop();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        end.shutdownNow();
        lock.lock();
        try {
            stop();
        } finally {
            lock.unlock();
        }
    }

    private void stop() {
        if (monitor != null) {
            monitor.close();
            monitor = null;
        }
        if (probe != null) {
            probe.close();
            probe = null;
        }
        lately.clear();
    }
}
