package io.sojourn.example.shop.front;

import io.sojourn.example.shop.settings.WorkDirectory;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;
import org.springframework.session.web.http.SessionRepositoryFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Does clicks of the page again with Spring Session, one after the other and only after the visitor has the answer, and tells
 * what that cost. It is started when a page first asks, and works while pages ask at least once in 30 seconds. What fails here
 * is not shown, and is nobody's error. Thread-safe.
 */
final class SpringComparison implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SpringComparison.class.getName());
    private static final long AWAKE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int START_SECONDS = 10;
    private static final int AFTER_THE_ANSWER_MILLIS = 20;
    private static final int MOST_WAITING = 20;
    private static final int KEPT = 100;
    private static final int WARM_UP_ROUNDS = 10;
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(2);

    private final URI shop;
    private final String redis;
    private final WorkDirectory directory;
    private final HttpClient client;
    private final CommandTail commands;
    private final Deque<Click> clicks = new ConcurrentLinkedDeque<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-spring");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean ready;
    private volatile long askedNanos;
    private @Nullable Future<?> started;
    private @Nullable SpringServer server; // of the worker's thread

    /**
     * @param port of the shop's own address
     */
    SpringComparison(int port, String redis, WorkDirectory directory, HttpClient client, CommandTail commands) {
        shop = URI.create("http://127.0.0.1:" + port);
        this.redis = redis;
        this.directory = directory;
        this.client = client;
        this.commands = commands;
        var unused = worker.scheduleWithFixedDelay(this::sleepIfUnused, 10, 10, TimeUnit.SECONDS);
    }

    /** Takes note of what a node has answered; does it again a moment later, so that the answer goes first. */
    void follow(HttpServletRequest request, byte[] body, HttpResponse<byte[]> answer, double atMillis) {
        if (!ready || answer.statusCode() / 100 != 2 || !Click.is(request) || waiting.get() >= MOST_WAITING) {
            return;
        }
        Click click = Click.of(request, body, answer, atMillis);
        clicks.add(click);
        if (clicks.size() > KEPT) {
            clicks.poll();
        }
        try {
            waiting.incrementAndGet();
            var unused = worker.schedule(() -> repeat(click), AFTER_THE_ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "the demonstration stops", e);
        }
    }

    private void repeat(Click click) {
        Comparison comparison = null;
        try {
            SpringServer running = server;
            comparison = running == null ? null : running.repeat(click, state(click));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "Spring Session did not do the same", e);
        } finally {
            waiting.decrementAndGet();
            click.repeated().complete(comparison);
        }
    }

    /** What {@link SpringServlet#PREPARE} is told, from what the answer shows. */
    private static String state(Click click) {
        Map<String, @Nullable Object> state = new HashMap<>();
        if (click.answer().get("attributes") instanceof Map<?, ?> attributes) {
            state.put("attributes", attributes);
            if (!click.path().equals("/api/login")) {
                state.put("user", click.answer().get("user"));
            }
        }
        if (click.answer().get("revoked") instanceof Integer revoked) {
            state.put("devices", click.path().equals("/api/logout-others") ? revoked + 1 : revoked);
            if (click.path().equals("/api/admin/revoke")
                    && JsonMapper.shared().readValue(click.body(), Object.class) instanceof Map<?, ?> body) {
                state.put("revokedUser", body.get("user"));
            }
        } else if (click.path().startsWith("/api/devices/")) {
            state.put("devices", 2);
        }
        return JsonMapper.shared().writeValueAsString(state);
    }

    /** Whether it works; starts it if it does not, and waits for that, but not for long. */
    boolean isReady() throws InterruptedException {
        askedNanos = System.nanoTime();
        try {
            commands.mark(); // From now on Redis is watched.
            start().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            LOG.log(Level.DEBUG, "Spring Session is not ready", e);
        }
        return ready;
    }

    private synchronized Future<?> start() {
        Future<?> before = started;
        if (before != null && (ready || !before.isDone())) {
            return before;
        }
        Future<?> now = worker.submit(this::startServer);
        started = now;
        return now;
    }

    /**
     * What the clicks of a session in a span of time, in milliseconds since 1970, cost; waits until that is known. Null if
     * there is nothing to tell.
     */
    @Nullable
    Map<String, Object> about(String session, double from, double to) throws InterruptedException {
        long deadline = System.nanoTime() + ANSWER_NANOS;
        List<Comparison> comparisons = new ArrayList<>();
        double ours = 0;
        for (Click click : clicks) {
            if ((click.before().equals(session) || click.after().equals(session))
                    && click.atMillis() >= from
                    && click.atMillis() <= to) {
                long left = deadline - System.nanoTime();
                try {
                    Comparison comparison = click.repeated().get(Math.max(0, left), TimeUnit.NANOSECONDS);
                    if (comparison == null) {
                        return null;
                    }
                    comparisons.add(comparison);
                } catch (ExecutionException | TimeoutException e) {
                    return null;
                }
                ours += click.millis();
            }
        }
        return comparisons.isEmpty() ? null : view(comparisons, ours);
    }

    private static Map<String, Object> view(List<Comparison> comparisons, double ours) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put(
                "version",
                String.valueOf(SessionRepositoryFilter.class.getPackage().getImplementationVersion()));
        view.put("sojournMillis", ours);
        view.put(
                "repositories",
                comparisons.stream().reduce(Comparison::and).orElseThrow().costs());
        return view;
    }

    private void startServer() {
        try {
            if (server == null) {
                server = SpringServer.start(redis, directory, client, commands);
                warmUpNodes();
            }
            ready = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | LifecycleException | RuntimeException e) {
            LOG.log(Level.DEBUG, "did not start; the next page that asks tries again", e);
        }
    }

    /** As much as the other side was: a node that is asked for the first time is slow. */
    private void warmUpNodes() throws InterruptedException {
        Cookie cookie = new Cookie();
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            send("PUT", "/api/attributes/cart", "[]", cookie);
            send("POST", "/api/visits", "", cookie);
        }
        send("POST", "/api/logout", "", cookie);
    }

    private void send(String method, String path, String body, Cookie cookie) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(shop.resolve(path))
                .timeout(WARM_UP_LIMIT)
                .method(method, BodyPublishers.ofString(body));
        cookie.addTo(request);
        try {
            cookie.take(client.send(request.build(), BodyHandlers.discarding()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no node was there to be warmed up", e);
        }
    }

    /** Ends the comparison when no page asks any more, and removes its keys; those that it cannot remove expire. */
    private void sleepIfUnused() {
        if (ready && System.nanoTime() - askedNanos > AWAKE_NANOS && server != null) {
            try {
                server.forget();
                ready = false;
                clicks.clear();
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "Redis does not answer", e);
            }
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (worker.awaitTermination(2, TimeUnit.SECONDS) && server != null) {
                server.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
