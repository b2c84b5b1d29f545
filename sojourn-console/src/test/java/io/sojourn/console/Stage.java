package io.sojourn.console;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.admin.events.EventPublisher;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server with sessions, and a console over them in a container. */
final class Stage implements AutoCloseable {

    private final RedisServer server = RedisServers.start();
    final RedisStore store = RedisStore.builder()
            .uri(server.uri())
            .timeout(Duration.ofSeconds(20))
            .connect();
    final RedisProbe probe = RedisProbe.connect(server.uri());
    final SessionManager sessions = SessionManager.create(
            store,
            SessionSettings.builder()
                    .alsoObserve(EventPublisher.builder()
                            .node("node-1")
                            .principals(true)
                            .build())
                    .build());
    final List<ConsoleAction> heard = new CopyOnWriteArrayList<>();
    private final List<Container> open = new ArrayList<>();

    /** A console whose operator is called ada. */
    Client client(String container, UnaryOperator<ConsoleServlet.Builder> settings) {
        return client(container, request -> "ada", settings);
    }

    Client client(
            String container,
            Function<HttpServletRequest, @Nullable String> actor,
            UnaryOperator<ConsoleServlet.Builder> settings) {
        return client(container, SessionAdmin.builder(store).build(), actor, settings);
    }

    Client client(
            String container,
            SessionAdmin admin,
            Function<HttpServletRequest, @Nullable String> actor,
            UnaryOperator<ConsoleServlet.Builder> settings) {
        try {
            Container started = Container.start(
                    container,
                    settings.apply(ConsoleServlet.builder(admin, actor).listener(heard::add))
                            .build());
            open.add(started);
            return new Client(started.port());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Session signedIn(String principal) {
        Session session = sessions.create();
        session.signIn(principal);
        session.label("device", "phone");
        session.set("cart", new ArrayList<>(List.of("green tea")));
        sessions.save(session);
        return session;
    }

    String id(Session session) {
        return session.id().toString();
    }

    /** Whether the session is there, by another client. */
    boolean isStored(Session session) {
        return Objects.equals(probe.call("HEXISTS", store.prefix() + ":" + session.id(), "r"), 1L);
    }

    @Override
    public void close() {
        for (Container one : open) {
            one.close();
        }
        probe.close();
        store.close();
        server.close();
    }
}
