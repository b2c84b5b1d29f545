package io.sojourn.benchmarks.boot;

import io.sojourn.benchmarks.http.CountersServlet;
import io.sojourn.benchmarks.http.HttpConnection;
import io.sojourn.benchmarks.http.ServerProcess;
import io.sojourn.benchmarks.run.ClientCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** One system's application, and browsers that have signed in to it, each with a connection and a session of its own. */
public final class BootPeer implements AutoCloseable {

    private static final String CSRF_FIELD = "name=\"_csrf\" type=\"hidden\" value=\"";
    private static final AtomicLong USERS = new AtomicLong();

    private final BootSystem system;
    private final ServerProcess process;
    private final HttpConnection control;
    private final List<HttpConnection> signedIn = new ArrayList<>();
    private final List<HttpConnection> strangers = new ArrayList<>();

    private BootPeer(BootSystem system, ServerProcess process, int browsers) throws IOException {
        this.system = system;
        this.process = process;
        this.control = new HttpConnection(process.port());
        for (int i = 0; i < browsers; i++) {
            HttpConnection connection = new HttpConnection(process.port());
            signIn(connection);
            String unused = connection.send(connection.request("/create"));
            signedIn.add(connection);
            strangers.add(new HttpConnection(process.port()));
        }
    }

    /** Starts an application, and signs in so many users. */
    public static BootPeer start(BootSystem system, String redisUri, int browsers) {
        try {
            return new BootPeer(system, ServerProcess.start(BootNode.class, system.key(), redisUri), browsers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long it takes from the start of the process until the application is ready. */
    public static Duration startUp(BootSystem system, String redisUri) {
        long begin = System.nanoTime();
        try (ServerProcess process = ServerProcess.start(BootNode.class, system.key(), redisUri)) {
            return Duration.ofNanos(System.nanoTime() - begin);
        }
    }

    /** As results name it. */
    public String name() {
        return system.key();
    }

    /** Does it once. */
    public void run(BootWork work, int browser) throws IOException {
        if (work == BootWork.LOGIN) {
            signIn(strangers.get(browser));
        } else {
            HttpConnection connection = signedIn.get(browser);
            String unused = connection.send(connection.request("/" + work.path()));
        }
    }

    private static void signIn(HttpConnection connection) throws IOException {
        connection.forgetCookie();
        String form = connection.send(connection.request("/login"));
        int begin = form.indexOf(CSRF_FIELD) + CSRF_FIELD.length();
        String token = form.substring(begin, form.indexOf('"', begin));
        String unused = connection.send(
                connection.form(
                        "/login",
                        "username=user" + USERS.incrementAndGet() + "&password=secret&_csrf="
                                + URLEncoder.encode(token, StandardCharsets.US_ASCII)),
                "302");
    }

    /** What the application's process has used so far. */
    public ClientCounters counters() {
        try {
            return CountersServlet.parse(control.send(control.request("/counters")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            for (HttpConnection connection : signedIn) {
                connection.close();
            }
            for (HttpConnection connection : strangers) {
                connection.close();
            }
            control.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.close();
        }
    }
}
