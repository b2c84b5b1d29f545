package io.sojourn.console.web;

import io.sojourn.StoreUnavailableException;
import io.sojourn.log.LogThrottle;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests to the console. A request passes these doors, in this order, before anything is read or done: its host is
 * ours, its sender is an operator, and for all that asks the store, the page itself has sent it. Thread-safe.
 */
public final class Console {

    /** The header that the page sends, and that no form and no image can. */
    static final String HEADER = "Sojourn-Console";

    /** The most bytes of a request's body. */
    private static final int LARGEST_BODY = 64 << 10;

    private static final Logger LOG = System.getLogger("io.sojourn.console");

    private final Hosts hosts;
    private final Audit audit;
    private final Api api;
    private final Assets assets = new Assets();

    /** Each request that has no operator would else write a stack trace. */
    private final LogThrottle<String> actorFailures = new LogThrottle<>(System::nanoTime);

    /** A console; asks nothing of the server yet. */
    public Console(ConsoleSettings settings) {
        hosts = new Hosts(settings.hosts());
        audit = new Audit(settings.listener());
        api = new Api(settings, audit);
    }

    /**
     * Answers a request; never throws for what a client has sent.
     *
     * @throws IOException if the body cannot be read
     */
    public ConsoleResponse answer(ConsoleRequest request) throws IOException {
        if (!hosts.accepts(request.headers().get("Host"))) {
            return refused("The console does not answer under this host. Its setting host has to name it.");
        }
        String actor;
        try {
            actor = actor(request);
        } catch (StoreUnavailableException e) {
            String message = "The store does not answer, so nobody can be recognized.";
            return request.path().startsWith("/api/")
                    ? ConsoleResponse.error(503, message)
                    : ConsoleResponse.text(503, message, Map.of());
        }
        if (actor == null || actor.isBlank()) {
            return refused("You may not see the console.");
        }
        if (request.path().startsWith("/api/")) {
            return call(request, actor);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return ConsoleResponse.text(405, "This takes GET.", Map.of("Allow", "GET, HEAD"));
        }
        if (request.path().isEmpty()) {
            // The page's files are named from its folder. A relative place leads to no other host, whatever the client
            // sent.
            String name = request.uri().substring(request.uri().lastIndexOf('/') + 1);
            return ConsoleResponse.text(302, "The console is in the folder.", Map.of("Location", "./" + name + "/"));
        }
        ConsoleResponse file = assets.file(request.path());
        return file == null ? ConsoleResponse.text(404, "There is no such page.", Map.of()) : file;
    }

    private @Nullable String actor(ConsoleRequest request) {
        try {
            return request.actor().get();
        } catch (Throwable e) { // Errors, and checked exceptions that are not declared, name no operator either.
            actorFailures.ifDue(
                    "failure",
                    since -> LOG.log(
                            Level.WARNING,
                            "The function that names the operator has failed, so the request is refused" + since,
                            e));
            if (e instanceof StoreUnavailableException unavailable) {
                throw unavailable;
            }
            return null;
        }
    }

    private static ConsoleResponse refused(String message) {
        return ConsoleResponse.text(403, message, Map.of());
    }

    private ConsoleResponse call(ConsoleRequest request, String actor) throws IOException {
        if (!request.method().equals("POST")) {
            return ConsoleResponse.text(405, "This takes POST.", Map.of("Allow", "POST"));
        }
        if (request.headers().get(HEADER) == null || !Hosts.isFromItsPage(request)) {
            audit.tellForged(actor);
            return ConsoleResponse.error(
                    403,
                    "This request did not come from the console's own page. A proxy in front must pass on Host and Origin.");
        }
        String type = String.valueOf(request.headers().get("Content-Type")).toLowerCase(Locale.ROOT);
        if (!type.equals("application/json") && !type.startsWith("application/json;")) {
            return ConsoleResponse.error(415, "This takes application/json.");
        }
        byte[] body = request.body().open().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            return ConsoleResponse.error(413, "The request has more than " + LARGEST_BODY + " bytes.");
        }
        return api.answer(request.path().substring("/api/".length()), body, actor);
    }
}
