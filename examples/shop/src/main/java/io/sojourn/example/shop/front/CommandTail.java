package io.sojourn.example.shop.front;

import io.sojourn.example.shop.front.Comparison.Command;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists the commands that Redis was sent lately, with their times, as {@code MONITOR} reports them. It listens only while a page asks,
 * since {@code MONITOR} slows Redis. Of each command it keeps the name and the time, and whether it is about a session; never its arguments. Thread-safe.
 */
final class CommandTail implements AutoCloseable {

    /** How the names of clients begin that are no nodes. */
    static final String DEMO = "sojourn-demo-";

    /** The name of clients whose commands are left out. */
    static final String NOT_WATCHED = DEMO + "list";

    private static final Pattern LINE =
            Pattern.compile("(\\d+\\.\\d+) \\[\\d+ ([^]]*)] \"(\\w+)\"(.*)", Pattern.DOTALL);
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final Pattern CLIENT = Pattern.compile(" addr=(\\S+) .* name=(\\S*) ");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long LISTENING_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int KEPT = 2_000;
    private static final int MOST_LINES = 10_000;

    private record Sent(long number, double millis, String client, String command, String about) {}

    private final String uri;
    private final Deque<Sent> lately = new ArrayDeque<>();
    private final ScheduledExecutorService end = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-commands");
        thread.setDaemon(true);
        return thread;
    });
    private final ReentrantLock lock = new ReentrantLock();
    private long askedNanos;
    private long taken;
    private int consumed;
    private @Nullable RedisProbe probe;
    private @Nullable RedisMonitor monitor;

    CommandTail(String uri) {
        this.uri = uri;
        var unused = end.scheduleWithFixedDelay(this::stopIfUnused, 5, 5, TimeUnit.SECONDS);
    }

    private void listen() {
        if (monitor == null) {
            RedisProbe opened = RedisProbe.connect(uri, PATIENCE);
            opened.call("CLIENT", "SETNAME", NOT_WATCHED);
            probe = opened;
            consumed = 0;
            monitor = opened.monitor();
        }
    }

    /**
     * The commands of nodes in a span of time, in milliseconds since 1970.
     *
     * @param all whether also those that are not about the session, for a click that ends others
     * @throws IllegalStateException if Redis does not answer
     */
    List<Map<String, Object>> about(String session, double from, double to, boolean all) {
        if (!SESSION.matcher(session).matches()) {
            return List.of();
        }
        return look(() -> lately.stream()
                .filter(each -> !each.client.startsWith(DEMO) && (all || each.about.contains(session)))
                .filter(each -> each.millis >= from && each.millis <= to)
                .map(each -> Map.<String, Object>of("command", each.command, "atMillis", each.millis))
                .toList());
    }

    /**
     * How many commands Redis has reported so far, for {@link #since}; goes on listening.
     *
     * @throws IllegalStateException if Redis does not answer
     */
    long mark() {
        return look(() -> taken);
    }

    /**
     * The commands of a client after that mark, with their times counted from the beginning.
     *
     * @throws IllegalStateException if Redis does not answer
     */
    List<Command> since(long mark, String client, double beginMillis) {
        return look(() -> lately.stream()
                .filter(each -> each.number > mark && each.client.equals(client))
                .map(each -> new Command(each.command, Math.max(0, each.millis - beginMillis)))
                .toList());
    }

    private <T> T look(Supplier<T> look) {
        lock.lock();
        try {
            askedNanos = System.nanoTime();
            listen();
            take();
            return look.get();
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
        Map<String, String> clients = clients();
        List<String> lines = open.lines();
        List<String> fresh = lines.subList(Math.max(consumed, lines.size() - KEPT), lines.size());
        consumed = lines.size();
        if (consumed > MOST_LINES) { // Seldom, since this also forgets what arrives meanwhile.
            open.clear();
            consumed = 0;
        }
        for (String line : fresh) {
            Matcher sent = LINE.matcher(line);
            String client = sent.find() ? clients.getOrDefault(sent.group(2), "") : NOT_WATCHED;
            if (!client.equals(NOT_WATCHED)) {
                taken++;
                double millis = new BigDecimal(sent.group(1)).movePointRight(3).doubleValue();
                String words = sent.group(4);
                lately.add(new Sent(taken, millis, client, sent.group(3).toUpperCase(Locale.ROOT), ids(words)));
                if (lately.size() > KEPT) {
                    lately.remove();
                }
            }
        }
    }

    /** The names of the clients by their addresses. What a script does is part of its command, and is left out. */
    private Map<String, String> clients() {
        Map<String, String> clients = new HashMap<>(Map.of("lua", NOT_WATCHED));
        String list = probe == null ? "" : String.valueOf(probe.call("CLIENT", "LIST"));
        list.lines()
                .flatMap(line -> CLIENT.matcher(line).results())
                .forEach(client -> clients.put(client.group(1), client.group(2)));
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
