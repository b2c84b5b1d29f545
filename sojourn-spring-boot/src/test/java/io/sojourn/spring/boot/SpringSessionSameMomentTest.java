package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.layer.ForwardingStore;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.SpringSessionNodes.Notes;
import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import io.sojourn.spring.boot.SpringSessionNodes.Sorted;
import io.sojourn.spring.move.SpringSessionMove;
import io.sojourn.spring.move.SpringSessionStore;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server with Spring Session changes a session at the same moment at which another server moves it. */
class SpringSessionSameMomentTest {

    private final RedisServer redis = RedisServers.start();
    private final RedisProbe probe = redis.probe();
    private final RedisStore store = RedisStore.connect(redis.uri());

    /** What happens between the reading of the old session and its removal. */
    private Runnable meanwhile = () -> {};

    private final SessionManager manager = SessionManager.create(
            new ForwardingStore(store) {
                @Override
                public CompletionStage<CommitResult> commit(SessionWrite write) {
                    if (write.creates()) {
                        meanwhile.run();
                    }
                    return super.commit(write);
                }
            },
            SessionSettings.builder().codec(SpringCodec.builder().build()).build());

    private final SpringSessionMove move = new SpringSessionMove(
            manager,
            new SpringSessionStore(store, SpringSessionStore.DEFAULT_NAMESPACE, "sojourn", InstantSource.system()),
            SpringCodec.builder().build(),
            null);

    private final String id = UUID.randomUUID().toString();

    @AfterEach
    void stop() {
        Notes.MEANWHILE.set(() -> {});
        store.close();
        probe.close();
        redis.close();
    }

    private String key() {
        return SpringSessionMoveScenarios.KEYS + "sessions:" + id;
    }

    private void put(String field, Object value) {
        probe.callBytes(bytes("HSET"), bytes(key()), bytes(field), serialized(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] serialized(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void storeOldSession() {
        put("creationTime", System.currentTimeMillis() - 1000);
        put("lastAccessedTime", System.currentTimeMillis());
        put("maxInactiveInterval", 1800);
        put("sessionAttr:same", "same");
        put("sessionAttr:changed", "before");
        put("sessionAttr:removed", "before");
    }

    private Lookup open() {
        SessionToken derived = move.token(id).orElseThrow();
        return move.lookup(derived, id);
    }

    private static Session found(Lookup lookup) {
        assertThat(lookup).isInstanceOf(Lookup.Found.class);
        return ((Lookup.Found) lookup).found();
    }

    @Test
    void changeBetweenReadingAndRemovalIsKept() {
        storeOldSession();
        meanwhile = () -> {
            put("sessionAttr:changed", "after");
            put("sessionAttr:new", "new");
            put("maxInactiveInterval", 60);
            probe.call("HSET", key(), "sessionAttr:removed", "");
        };
        Session moved = found(open());
        Session stored = found(open());
        for (Session session : List.of(moved, stored)) {
            assertThat(session.names()).containsExactlyInAnyOrder("same", "changed", "new");
            assertThat(session.get("same", String.class)).contains("same");
            assertThat(session.get("changed", String.class)).contains("after");
            assertThat(session.get("new", String.class)).contains("new");
            assertThat(session.idleTimeout()).isEqualTo(Duration.ofSeconds(60));
        }
        assertThat(probe.keys()).doesNotContain(key());
        assertThat(manager.find(moved.token())).as("the new cookie").isPresent();
    }

    @Test
    void logoutBetweenReadingAndRemovalEndsBoth() {
        storeOldSession();
        meanwhile = () -> probe.call("DEL", key());
        assertThat(open()).isInstanceOf(Lookup.Absent.class);
        meanwhile = () -> {};
        assertThat(open()).isInstanceOf(Lookup.Absent.class);
    }

    /** With Spring Session itself, over HTTP: the other server moves the session before this one has stored the change. */
    @ParameterizedTest
    @EnumSource(Repository.class)
    void changeThatIsToBeStoredAfterTheMoveIsKeptOrAnError(Repository repository) {
        SpringSessionNodes nodes = new SpringSessionNodes(redis, repository, Serializer.JDK);
        try (Node keeping = nodes.keeping();
                Node moving = nodes.moving()) {
            Browser browser = signedIn(keeping);
            Browser other = at(moving, browser);
            String csrf = browser.get("/csrf").body();
            Notes.MEANWHILE.set(() -> assertThat(other.get("/private").body()).isEqualTo("hello ada"));
            int status = browser.post("/public/slow-note", "name=late", "value=kept", "_csrf=" + csrf)
                    .status();
            if (repository == Repository.PLAIN && !Node.isBoot4()) {
                // Spring Session 3 stores while the answer is written, so the browser gets an error.
                assertThat(status).isEqualTo(500);
                assertThat(other.get("/public/note?name=late").body()).isEqualTo("null");
                assertThat(other.get("/public/note?name=early").body()).isEqualTo("kept");
                SpringSessionNodes.awaitStored();
                assertThat(SpringSessionMoveScenarios.leftOver(probe)).isEmpty();
                return;
            }
            assertThat(status).isEqualTo(200);
            // Spring Session stores the change when the answer has left.
            Awaitility.await().until(() -> other.get("/public/note?name=late").body(), Predicate.isEqual("kept"));
            assertThat(other.get("/public/note?name=early").body()).isEqualTo("kept");
            assertThat(browser.get("/public/note?name=late").body()).isEqualTo("kept");
            assertThat(other.get("/private").body()).isEqualTo("hello ada");
            SpringSessionNodes.awaitStored();
            assertThat(SpringSessionMoveScenarios.leftOver(probe)).isEmpty();
        }
    }

    /** Nothing but the entry in the sorted set, which has no TTL, is stored after the move. */
    @Test
    void entryOfTheSortedSetThatIsStoredAfterTheMoveIsRemoved() {
        SpringSessionNodes nodes = new SpringSessionNodes(redis, Repository.INDEXED_SORTED, Serializer.JDK);
        try (Node keeping = nodes.keeping();
                Node moving = nodes.moving()) {
            Browser browser = signedIn(keeping);
            SpringSessionNodes.awaitStored();
            Browser other = at(moving, browser);
            AtomicBoolean moved = new AtomicBoolean();
            Sorted.BEFORE_EXPIRATION.set(
                    () -> moved.set(other.get("/private").body().equals("hello ada")));
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
            SpringSessionNodes.awaitStored();
            assertThat(moved).isTrue();
            assertThat(SpringSessionMoveScenarios.leftOver(probe)).isEmpty();
            assertThat(browser.get("/private").body()).isEqualTo("hello ada");
        }
    }

    private static Browser signedIn(Node node) {
        Browser browser = new Browser(List.of(node));
        browser.signIn("ada", "secret");
        browser.submit("/public/note", "name=early", "value=kept");
        return browser;
    }

    private static Browser at(Node node, Browser browser) {
        Browser other = new Browser(List.of(node));
        other.cookies().put("SESSION", Objects.requireNonNull(browser.cookies().get("SESSION")));
        return other;
    }
}
