package io.sojourn.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.ConsoleAction;
import io.sojourn.console.web.Console;
import io.sojourn.console.web.ConsoleRequest;
import io.sojourn.console.web.ConsoleResponse;
import io.sojourn.console.web.ConsoleSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console on the loopback address to the browser that opens its link. The link has a ticket that is good once, within ten
 * minutes; who shows it gets a cookie that scripts cannot read and other sites cannot use. Other users of the machine can reach the
 * port, too, and see nothing without the cookie.
 *
 * <p>A browser sends cookies to all ports of a host. So the console lies in a folder with a secret name: no other server on this
 * machine can name it, and is sent the cookie.
 */
final class LoopbackServer implements AutoCloseable {

    private static final String COOKIE = "sojourn-console";
    private static final int THREADS = 64;

    /** How long the link is good. */
    static final int LINK_MINUTES = 10;

    static {
        // A client that sends its request slowly keeps a thread. In seconds; the JDK reads it when its server is first
        // used.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Console console;
    private final String actor;
    private final String folder = "/" + secret();
    private final String cookie = secret();
    private final AtomicReference<@Nullable String> ticket = new AtomicReference<>(secret());
    private final String link;
    private final LongSupplier nanoTime;
    private final long begun;

    private LoopbackServer(HttpServer server, Console console, String actor, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        begun = nanoTime.getAsLong();
        this.server = server;
        this.console = console;
        this.actor = actor;
        link = "http://127.0.0.1:" + server.getAddress().getPort() + folder + "/enter/" + ticket.get();
        threads = Executors.newFixedThreadPool(THREADS, run -> {
            Thread thread = new Thread(run, "sojourn-console");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /**
     * Starts.
     *
     * @param port zero for a free one
     * @param nanoTime the clock that ends the link
     * @throws IOException if the port is taken
     */
    static LoopbackServer start(
            int port,
            SessionAdmin admin,
            String actor,
            boolean allowEnding,
            Consumer<ConsoleAction> listener,
            LongSupplier nanoTime)
            throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        Console console = new Console(new ConsoleSettings(admin, Set.of(), allowEnding, true, listener));
        LoopbackServer started = new LoopbackServer(server, console, actor, nanoTime);
        server.start();
        return started;
    }

    private static String secret() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** What opens the console, once. */
    String link() {
        return link;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ConsoleResponse answer = answer(exchange);
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(answer.status(), -1);
                return;
            }
            exchange.sendResponseHeaders(answer.status(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private ConsoleResponse answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path == null || !path.startsWith(folder + "/")) {
            return ConsoleResponse.text(404, "There is no such page.", Map.of());
        }
        String inside = path.substring(folder.length());
        boolean known = hasCookie(exchange.getRequestHeaders().getFirst("Cookie"));
        if (inside.startsWith("/enter/") && exchange.getRequestMethod().equals("GET")) {
            return known ? led(Map.of()) : enter(inside.substring("/enter/".length()));
        }
        return console.answer(new ConsoleRequest(
                exchange.getRequestMethod(),
                inside,
                path,
                exchange.getRequestHeaders()::getFirst,
                exchange::getRequestBody,
                () -> known ? actor : null));
    }

    private ConsoleResponse enter(String shown) {
        String valid = ticket.get();
        boolean late = nanoTime.getAsLong() - begun > TimeUnit.MINUTES.toNanos(LINK_MINUTES);
        if (valid == null || late || !same(valid, shown) || !ticket.compareAndSet(valid, null)) {
            return ConsoleResponse.text(
                    403,
                    "This link is wrong or has been used; it is good once, for " + LINK_MINUTES
                            + " minutes. Start sojourn console again for another.",
                    Map.of());
        }
        return led(Map.of("Set-Cookie", COOKIE + "=" + cookie + "; Path=" + folder + "/; HttpOnly; SameSite=Strict"));
    }

    /**
     * To the folder, by this page and not by a redirect: if a page of another site has the link, the browser would not send the cookie
     * after a redirect.
     */
    private ConsoleResponse led(Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Refresh", "0;url=" + folder + "/");
        return ConsoleResponse.text(200, "The console is in the folder " + folder + "/", headers);
    }

    private boolean hasCookie(@Nullable String sent) {
        if (sent == null) {
            return false;
        }
        boolean found = false;
        for (String one : sent.split(";", -1)) {
            String pair = one.strip();
            found |= pair.startsWith(COOKIE + "=") && same(cookie, pair.substring(COOKIE.length() + 1));
        }
        return found;
    }

    /** In a time that does not tell where they differ. */
    private static boolean same(String secret, String shown) {
        return MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
