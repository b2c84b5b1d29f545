package io.sojourn.example.shop.front;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Five hundred visitors, each with a session and a cart, who click once a second at the shop's own address, for 20 seconds. One
 * crowd at a time; at the end each of them signs out, so that no session is left. Thread-safe.
 */
final class Visitors implements AutoCloseable {

    static final int COUNT = 500;
    private static final int SECONDS = 20;
    private static final int TICK_MILLIS = 20;
    private static final int CLICKS_A_TICK = COUNT * TICK_MILLIS / 1_000;
    private static final int TICKS = SECONDS * 1_000 / TICK_MILLIS;

    /** More are not under way at a time: a crowd that waits does not grow. */
    private static final int UNDER_WAY = 200;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI cart;
    private final URI logout;
    private final HttpClient client;
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-visitors");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile @Nullable Crowd crowd;

    /**
     * @param port of the shop's own address
     */
    Visitors(int port, HttpClient client) {
        this.client = client;
        cart = URI.create("http://127.0.0.1:" + port + "/api/attributes/cart");
        logout = URI.create("http://127.0.0.1:" + port + "/api/logout");
    }

    /**
     * Lets them in.
     *
     * @throws IllegalStateException if they are there already
     */
    synchronized void start() {
        Crowd before = crowd;
        if (before != null && !before.isOver()) {
            throw new IllegalStateException("the visitors are there already");
        }
        Crowd next = new Crowd();
        crowd = next;
        next.await();
    }

    /** Sends them away before their time. */
    void stop() {
        Crowd now = crowd;
        if (now != null) {
            now.leaving = true;
        }
    }

    /** How it went so far, second by second. */
    Map<String, Object> told() {
        Crowd now = crowd;
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("running", now != null && !now.isOver());
        told.put("seconds", now == null ? List.of() : now.seconds());
        return told;
    }

    @Override
    public void close() {
        pace.shutdownNow();
    }

    /** What one visit of all of them has come to. */
    private final class Crowd {

        private final List<Cookie> cookies =
                IntStream.range(0, COUNT).mapToObj(i -> new Cookie()).toList();
        private final long begun = System.nanoTime();
        private final List<Second> seconds =
                IntStream.range(0, SECONDS).mapToObj(i -> new Second()).toList();
        private volatile boolean leaving;
        private volatile boolean over;
        private long planned = begun;
        private int tick;

        /** Plans the next tick. */
        void await() {
            planned += TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            var unused = pace.schedule(this::click, planned - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        private void click() {
            if (leaving && tick < TICKS) {
                tick = TICKS;
            }
            over |= tick >= TICKS;
            for (int i = 0; i < CLICKS_A_TICK && underWay.get() < UNDER_WAY; i++) {
                int number = tick * CLICKS_A_TICK + i;
                Cookie visitor = cookies.get(number % COUNT);
                if (tick < TICKS) {
                    String body = "[{\"id\":\"mug\",\"quantity\":" + (1 + number / COUNT) + "}]";
                    send(HttpRequest.newBuilder(cart).PUT(BodyPublishers.ofString(body)), visitor, true);
                } else {
                    send(HttpRequest.newBuilder(logout).POST(BodyPublishers.noBody()), visitor, false);
                }
            }
            tick++;
            if (tick < TICKS + COUNT / CLICKS_A_TICK) {
                await();
            }
        }

        private void send(HttpRequest.Builder request, Cookie visitor, boolean counts) {
            visitor.addTo(request);
            underWay.incrementAndGet();
            long start = System.nanoTime();
            var unused = client.sendAsync(request.timeout(PATIENCE).build(), BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> {
                        underWay.decrementAndGet();
                        if (answer != null) {
                            visitor.take(answer);
                        }
                        if (counts) {
                            count(start, answer != null && answer.statusCode() == 200);
                        }
                    });
        }

        private void count(long start, boolean good) {
            long now = System.nanoTime();
            int second = (int) TimeUnit.NANOSECONDS.toSeconds(now - begun);
            seconds.get(Math.min(second, SECONDS - 1)).add(now - start, good);
        }

        boolean isOver() {
            return over;
        }

        List<Map<String, Object>> seconds() {
            int whole = (int) Math.min(SECONDS, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
            // A crowd that was sent away leaves seconds empty at the end.
            int last = IntStream.range(0, SECONDS)
                    .filter(i -> seconds.get(i).isUsed())
                    .map(i -> i + 1)
                    .max()
                    .orElse(0);
            return seconds.stream().limit(over ? last : whole).map(Second::told).toList();
        }
    }

    /** The answers of one second. */
    private static final class Second {

        private final List<Long> nanos = new ArrayList<>();
        private int errors;

        synchronized void add(long took, boolean good) {
            nanos.add(took);
            errors += good ? 0 : 1;
        }

        synchronized boolean isUsed() {
            return !nanos.isEmpty();
        }

        synchronized Map<String, Object> told() {
            List<Long> sorted = nanos.stream().sorted().toList();
            long p99 = sorted.isEmpty() ? 0 : sorted.get((sorted.size() * 99 - 1) / 100);
            return Map.of("answers", sorted.size(), "p99Millis", p99 / 1e6, "errors", errors);
        }
    }
}
