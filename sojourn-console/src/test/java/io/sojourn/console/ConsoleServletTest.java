package io.sojourn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.console.Client.Reply;
import io.sojourn.console.ConsoleAction.Kind;
import io.sojourn.console.ConsoleAction.Outcome;
import io.sojourn.observe.AuditObserver;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The console over HTTP, and what lies in Redis after that. */
class ConsoleServletTest {

    private static final List<String> FILES =
            List.of("", "/", "/index.html", "/console.css", "/console.js", "/api.js", "/icon.svg", "/nothing");

    private static final List<String> CALLS = List.of(
            "me",
            "count",
            "sizes",
            "sessions",
            "principals",
            "session",
            "end",
            "end-all",
            "doctor",
            "activity",
            "events",
            "nothing");

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        for (Iterator<JsonNode> one = array.iterator(); one.hasNext(); ) {
            all.add(one.next());
        }
        return all;
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, String> without(Map<String, String> headers, String... names) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.keySet().removeAll(List.of(names));
        return changed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void withoutAnActorEverythingIsRefused(String container) {
        Session session = stage.signedIn("bob");
        AtomicReference<String> name = new AtomicReference<>();
        Client client = stage.client(
                container,
                request -> {
                    if ("throw".equals(name.get())) {
                        throw new IllegalStateException("no sign-in");
                    }
                    return name.get();
                },
                console -> console.allowEnding(true).showValues(true));
        for (String actor : new String[] {null, "", " ", "throw"}) {
            name.set(actor);
            Set<String> bodies = new HashSet<>();
            for (String file : FILES) {
                Reply reply = client.get(file);
                assertThat(reply.status()).as(file).isEqualTo(403);
                bodies.add(reply.body());
            }
            for (String call : CALLS) {
                Reply reply = client.call(call, Map.of("id", stage.id(session), "principal", "bob"));
                assertThat(reply.status()).as(call).isEqualTo(403);
                bodies.add(reply.body());
            }
            assertThat(bodies).containsExactly("You may not see the console.\n");
        }
        assertThat(stage.isStored(session)).isTrue();
        name.set("ada");
        assertThat(client.get("/").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void hostIsChecked(String container) {
        Client client = stage.client(
                container,
                console -> console.host("Admin.Example.com")
                        .host("ops.example.com:8443")
                        .host("tls.example.com:443")
                        .host("plain.example.com:80"));
        for (String host : List.of(
                "localhost",
                "localhost:1",
                "127.0.0.1:9",
                "[::1]:9",
                "admin.example.com",
                "ADMIN.example.com:7",
                "tls.example.com",
                "tls.example.com:443",
                "plain.example.com",
                "ops.example.com:8443")) {
            Reply reply = client.send("GET", Client.ROOT + "/", Map.of("Host", host), "");
            assertThat(reply.status()).as(host).isEqualTo(200);
        }
        for (String host : List.of(
                "evil.example",
                "localhost.evil.example",
                "evil.localhost",
                "ops.example.com",
                "ops.example.com:1",
                "tls.example.com:80",
                "notadmin.example.com",
                "127.0.0.2",
                "0.0.0.0")) {
            Reply page = client.send("GET", Client.ROOT + "/", Map.of("Host", host), "");
            Map<String, String> rebound = with(with(client.ofThePage(), "Host", host), "Origin", "http://" + host);
            Reply call = client.call("me", rebound, Map.of());
            assertThat(page.status()).as(host).isEqualTo(403);
            assertThat(call.status()).as(host).isEqualTo(403);
            assertThat(page.body()).doesNotContain(host);
        }
        // A container may also refuse it itself.
        assertThat(client.send("GET", Client.ROOT + "/", Map.of(), "").status()).isIn(400, 403);
        for (String wrong : List.of("", "https://a.example", "a.example/x", "a b", "*")) {
            assertThatThrownBy(() -> ConsoleServlet.builder(
                                    SessionAdmin.builder(stage.store).build(), request -> "ada")
                            .host(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("admin.example.com");
        }
    }

    /** There a browser sends no header Host. */
    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void answersOverHttp2(String container) throws Exception {
        Client console = stage.client(container, settings -> settings);
        HttpClient client = HttpClient.newHttpClient();
        URI page = URI.create("http://localhost:" + console.port() + Client.ROOT + "/");
        HttpRequest upgrade = HttpRequest.newBuilder(page).build(); // Still has the header of HTTP/1.1.
        assertThat(client.send(upgrade, BodyHandlers.ofString()).version()).isEqualTo(HttpClient.Version.HTTP_2);

        HttpResponse<String> shown = client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
        HttpRequest.Builder call = HttpRequest.newBuilder(page.resolve("api/me"))
                .header("Origin", "http://localhost:" + console.port())
                .header("Sojourn-Console", "1")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        HttpResponse<String> called = client.send(call.build(), BodyHandlers.ofString());
        HttpResponse<String> forged =
                client.send(call.setHeader("Origin", "http://localhost:1").build(), BodyHandlers.ofString());

        assertThat(List.of(shown, called, forged))
                .allMatch(answer -> answer.version() == HttpClient.Version.HTTP_2)
                .extracting(HttpResponse::statusCode)
                .containsExactly(200, 200, 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void anActorFunctionThatThrowsRefusesAndFillsNoLog(String container) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Client client = stage.client(
                container,
                request -> {
                    ConsoleServletTest.<RuntimeException>fail(Objects.requireNonNull(failure.get()));
                    return "ada";
                },
                console -> console);
        List<LogRecord> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("io.sojourn.console");
        log.addHandler(handler);
        int requests = 0;
        try {
            for (Throwable one : List.of(
                    new IllegalStateException("no sign-in"),
                    new NoClassDefFoundError("a/B"),
                    new StackOverflowError(),
                    new IOException("checked"))) {
                failure.set(one);
                for (int i = 0; i < 5; i++, requests += 2) {
                    assertThat(client.get("/").status()).isEqualTo(403);
                    assertThat(client.call("me", Map.of()).status()).isEqualTo(403);
                }
            }
            failure.set(new StoreUnavailableException("Redis does not answer", null));
            assertThat(client.get("/"))
                    .matches(reply -> reply.status() == 503 && reply.body().contains("The store does not answer"));
            Reply call = client.call("me", Map.of());
            assertThat(call.status()).isEqualTo(503);
            assertThat(call.json().get("error").asString()).contains("The store does not answer");
        } finally {
            log.removeHandler(handler);
        }
        // One in ten seconds.
        assertThat(lines).isNotEmpty().hasSizeLessThan(requests / 2);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void fail(Throwable failure) throws T {
        throw (T) failure;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void theActorFunctionMayReadTheRequestItself(String container) {
        Client client = stage.client(
                container,
                request -> {
                    try {
                        return request.getReader().readLine() == null ? "ada" : null;
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                console -> console);
        assertThat(client.get("/").status()).isEqualTo(200);
    }

    @Test
    void anErrorLeavesALineForTheAudit() {
        Session session = stage.signedIn("bob");
        SessionAdmin admin = SessionAdmin.builder(stage.store)
                .showValues(true)
                .store(new ForwardingStore(stage.store) {
                    @Override
                    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
                        throw new NoClassDefFoundError("a/B");
                    }

                    @Override
                    public CompletionStage<Boolean> delete(SessionId id) {
                        throw new NoClassDefFoundError("a/B");
                    }
                })
                .settings(SessionSettings.builder()
                        .clock(() -> {
                            throw new NoClassDefFoundError("a/B");
                        })
                        .build())
                .build();
        Client client = stage.client(
                "tomcat",
                admin,
                request -> "ada",
                console -> console.allowEnding(true).showValues(true));
        for (String call : List.of("end", "end-all", "session", "doctor")) {
            client.call(call, Map.of("id", stage.id(session), "principal", "bob", "values", true));
        }
        assertThat(stage.heard)
                .extracting(ConsoleAction::kind, ConsoleAction::outcome)
                .containsExactly(
                        tuple(Kind.END, Outcome.FAILED),
                        tuple(Kind.END_ALL, Outcome.FAILED),
                        tuple(Kind.SHOW_VALUES, Outcome.FAILED),
                        tuple(Kind.EXAMINE, Outcome.FAILED));
    }

    @Test
    void sizesAreLookedAtForOneRequestAtATime() throws Exception {
        Session session = stage.signedIn("bob");
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Optional<StoredSession>> loaded = new CompletableFuture<>();
        SessionAdmin slow = SessionAdmin.builder(stage.store)
                .store(new ForwardingStore(stage.store) {
                    @Override
                    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
                        asked.countDown();
                        return loaded;
                    }
                })
                .build();
        Client client = stage.client("tomcat", slow, request -> "ada", console -> console);
        CompletableFuture<Reply> first = CompletableFuture.supplyAsync(() -> client.call("sizes", Map.of()));
        try {
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.call("sizes", Map.of()).status()).isEqualTo(429);
        } finally {
            loaded.complete(stage.store.load(session.id()).toCompletableFuture().join());
        }
        assertThat(first.join().json().get("sampled").asInt()).isEqualTo(1);
        assertThat(client.call("sizes", Map.of()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void everyAnswerForbidsScriptsFramesAndCopies(String container) {
        Client client = stage.client(container, console -> console);
        List<Reply> replies = new ArrayList<>();
        FILES.forEach(file -> replies.add(client.get(file)));
        replies.add(client.call("me", Map.of()));
        replies.add(client.call("end", Map.of("id", "wrong")));
        replies.add(client.call("me", Map.of("Host", "localhost"), Map.of()));
        replies.add(client.send("DELETE", Client.ROOT + "/", client.ofThePage(), ""));
        replies.add(client.send("GET", Client.ROOT + "/", Map.of("Host", "evil.example"), ""));
        assertThat(replies).extracting(Reply::status).contains(200, 302, 400, 403, 404, 405);
        assertThat(replies).allSatisfy(reply -> {
            assertThat(reply.header("Content-Security-Policy"))
                    .isEqualTo(
                            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
            assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
            assertThat(reply.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
            assertThat(reply.headers()).doesNotContainKey("set-cookie");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void anotherSiteCannotMakeTheConsoleAct(String container) {
        Session session = stage.signedIn("bob");
        Client client = stage.client(container, console -> console.allowEnding(true));
        Map<String, String> page = client.ofThePage();
        List<Map<String, String>> forged = List.of(
                without(page, "Sojourn-Console"),
                without(page, "Origin", "Sec-Fetch-Site"),
                with(page, "Origin", "null"),
                with(page, "Origin", "https://evil.example"),
                with(page, "Origin", "http://localhost:1"),
                with(page, "Origin", "http://localhost.evil.example"),
                with(without(page, "Sec-Fetch-Site"), "Origin", "https://evil.example"),
                with(page, "Sec-Fetch-Site", "cross-site"),
                with(page, "Sec-Fetch-Site", "same-site"),
                with(page, "Sec-Fetch-Site", "none"),
                with(without(page, "Origin"), "Sec-Fetch-Site", "cross-site"));
        for (Map<String, String> headers : forged) {
            for (String call : CALLS) {
                assertThat(client.call(call, headers, Map.of("id", stage.id(session), "principal", "bob"))
                                .status())
                        .as(call + " " + headers)
                        .isEqualTo(403);
            }
        }
        String json = "{\"id\":\"" + session.id() + "\"}";
        for (String type : List.of(
                "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx")) {
            assertThat(client.send("POST", Client.ROOT + "/api/end", with(page, "Content-Type", type), json)
                            .status())
                    .as(type)
                    .isEqualTo(415);
        }
        for (String method : List.of("GET", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            assertThat(client.send(method, Client.ROOT + "/api/end?id=" + session.id(), page, "")
                            .status())
                    .as(method)
                    .isEqualTo(405);
        }
        assertThat(stage.isStored(session)).isTrue();
        assertThat(stage.heard).isEmpty();
        // Each of both headers alone will do, with the port of https spelled out or not.
        assertThat(client.call("me", without(page, "Origin"), Map.of()).status())
                .isEqualTo(200);
        assertThat(client.call("me", without(page, "Sec-Fetch-Site"), Map.of()).status())
                .isEqualTo(200);
        Map<String, String> tls = with(with(page, "Host", "localhost"), "Origin", "https://localhost:443");
        assertThat(client.call("me", tls, Map.of()).status()).isEqualTo(200);
        assertThat(client.call("end", Map.of("id", stage.id(session))).status()).isEqualTo(200);
        assertThat(stage.isStored(session)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void readOnlyIsRefusedByTheServer(String container) {
        Session session = stage.signedIn("bob");
        Client client = stage.client(container, console -> console);
        assertThat(client.call("me", Map.of()).json().get("allowEnding").asBoolean())
                .isFalse();

        assertThat(client.call("end", Map.of("id", stage.id(session))).status()).isEqualTo(403);
        assertThat(client.call("end-all", Map.of("principal", "bob")).status()).isEqualTo(403);
        assertThat(client.call("end-all", Map.of("principal", "bob", "dryRun", true))
                        .status())
                .isEqualTo(403);

        assertThat(stage.isStored(session)).isTrue();
        assertThat(stage.heard)
                .extracting(ConsoleAction::actor, ConsoleAction::kind, ConsoleAction::target, ConsoleAction::outcome)
                .containsExactly(
                        tuple("ada", Kind.END, stage.id(session), Outcome.REFUSED),
                        tuple("ada", Kind.END_ALL, "bob", Outcome.REFUSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void endsOneAndAllOfAPrincipalAndTellsWho(String container) {
        Session one = stage.signedIn("bob");
        Session two = stage.signedIn("bob");
        Session three = stage.signedIn("bob");
        Session other = stage.signedIn("carol");
        Client client = stage.client(container, console -> console.allowEnding(true));

        assertThat(client.call("end", Map.of("id", stage.id(one)))
                        .json()
                        .get("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(stage.isStored(one)).isFalse();
        assertThat(client.call("end", Map.of("id", stage.id(one)))
                        .json()
                        .get("ended")
                        .asInt())
                .isZero();
        assertThat(client.call("end-all", Map.of("principal", "bob", "dryRun", true))
                        .json()
                        .get("found")
                        .asInt())
                .isEqualTo(2);
        assertThat(stage.isStored(two)).isTrue();
        assertThat(client.call("end-all", Map.of("principal", "bob"))
                        .json()
                        .get("ended")
                        .asInt())
                .isEqualTo(2);
        assertThat(stage.isStored(two)).isFalse();
        assertThat(stage.isStored(three)).isFalse();
        assertThat(stage.isStored(other)).isTrue();
        assertThat(client.call("end-all", Map.of()).status()).isEqualTo(400);
        assertThat(stage.heard)
                .extracting(ConsoleAction::kind, ConsoleAction::outcome, ConsoleAction::ended)
                .containsExactly(
                        tuple(Kind.END, Outcome.DONE, 1),
                        tuple(Kind.END, Outcome.DONE, 0),
                        tuple(Kind.END_ALL, Outcome.DONE, 2));
        JsonNode gone = client.call("session", Map.of("id", stage.id(one))).json();
        assertThat(gone.get("fate").get("state").asString()).isIn("forbidden", "unknown");
    }

    @Test
    void theLogNamesSessionsAndPrincipalsAsThatOfOtherEventsDoes() {
        Session session = stage.signedIn("bob");
        stage.signedIn("bob");
        Client client = stage.client("tomcat", console -> console.allowEnding(true));
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(AuditObserver.LOGGER);
        log.addHandler(handler);
        try {
            client.call("end", Map.of("id", stage.id(session)));
            client.call("end-all", Map.of("principal", "bob"));
        } finally {
            log.removeHandler(handler);
        }
        assertThat(lines)
                .containsExactly(
                        "event=console-end actor=\"ada\" session=" + AuditObserver.hash(session.id())
                                + " outcome=done ended=1",
                        "event=console-end-all actor=\"ada\" principal=" + AuditObserver.pseudonym("bob")
                                + " outcome=done ended=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat", "jetty"})
    void hostileNamesAreCutAndHarmless(String container) {
        String huge = "x".repeat(1 << 20);
        String evil = "<script>alert(1)</script>\u001b[31m\u202egnp.exe\u0000\r\nSet-Cookie: a=b";
        Session session = stage.sessions.create();
        session.signIn(evil);
        session.label("device", evil);
        session.index("tenant", evil);
        session.set(evil, evil);
        session.set(huge, 1);
        stage.sessions.save(session);
        Client client = stage.client(
                container,
                SessionAdmin.builder(stage.store).showValues(true).build(),
                request -> evil,
                console -> console.allowEnding(true).showValues(true));
        String id = stage.id(session);

        List<Reply> replies = List.of(
                client.call("me", Map.of()),
                client.call("sessions", Map.of()),
                client.call("sessions", Map.of("principal", evil)),
                client.call("principals", Map.of()),
                client.call("sizes", Map.of()),
                client.call("session", Map.of("id", id)),
                client.call("session", Map.of("id", id, "values", true)),
                client.call("doctor", Map.of()));
        assertThat(replies).allSatisfy(reply -> {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Type")).startsWith("application/json");
            assertThat(reply.headers()).doesNotContainKey("set-cookie");
            assertThat(reply.body()).matches("\\p{Print}*").hasSizeLessThan(30_000);
        });
        JsonNode shown =
                client.call("session", Map.of("id", id, "values", true)).json();
        String printed = "<script>alert(1)</script>\\u001b[31m\\u202egnp.exe\\u0000\\u000d\\u000aSet-Cookie: a=b";
        assertThat(shown.get("principal").asString()).isEqualTo(printed);
        assertThat(shown.get("labels").get(0).get("value").asString()).doesNotContain("\u001b", "\u202e");
        List<JsonNode> attributes = list(shown.get("attributes"));
        assertThat(attributes).extracting(one -> one.get("name").asString()).contains(printed);
        assertThat(attributes)
                .extracting(one -> one.get("name").asString())
                .anyMatch(name ->
                        name.startsWith("xxx") && name.endsWith("… (1048576 characters)") && name.length() < 300);
        assertThat(attributes)
                .allSatisfy(
                        one -> assertThat(one.get("value").asString()).doesNotContain("\u001b", "\u202e", "\u0000"));

        assertThat(client.call("end-all", Map.of("principal", evil))
                        .json()
                        .get("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(stage.isStored(session)).isFalse();
    }

    @Test
    void theLongestPrincipalIsCutOnThePageAndNamedWhole() {
        String principal = "p".repeat(1_024);
        Session session = stage.signedIn(principal);
        Client client = stage.client("tomcat", console -> console.allowEnding(true));
        JsonNode entry =
                client.call("sessions", Map.of()).json().get("sessions").get(0);
        assertThat(entry.get("principal").asString()).hasSizeLessThan(300);
        assertThat(entry.get("principalKey").asString()).isEqualTo(principal);
        assertThat(client.call("end-all", Map.of("principal", principal))
                        .json()
                        .get("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(stage.isStored(session)).isFalse();
    }

    @Test
    void valuesAreHiddenUnlessBothHaveAllowedThem() {
        Session session = stage.signedIn("bob");
        SessionAdmin shows = SessionAdmin.builder(stage.store).showValues(true).build();
        SessionAdmin hides = SessionAdmin.builder(stage.store).build();
        Map<String, ?> asked = Map.of("id", stage.id(session), "values", true);
        Client hiddenByAdmin = stage.client("tomcat", hides, request -> "ada", console -> console.showValues(true));
        Client hiddenByConsole = stage.client("tomcat", shows, request -> "ada", console -> console);
        Client open = stage.client("tomcat", shows, request -> "ada", console -> console.showValues(true));

        for (Client client : List.of(hiddenByAdmin, hiddenByConsole)) {
            assertThat(client.call("me", Map.of()).json().get("showValues").asBoolean())
                    .isFalse();
            assertThat(client.call("session", asked).status()).isEqualTo(403);
            assertThat(client.call("session", Map.of("id", stage.id(session))).body())
                    .contains("cart")
                    .doesNotContain("green tea");
        }
        assertThat(open.call("session", Map.of("id", stage.id(session))).body()).doesNotContain("green tea");
        assertThat(open.call("session", asked).body()).contains("green tea");
        assertThat(stage.heard)
                .extracting(ConsoleAction::kind, ConsoleAction::outcome)
                .containsExactly(
                        tuple(Kind.SHOW_VALUES, Outcome.REFUSED),
                        tuple(Kind.SHOW_VALUES, Outcome.REFUSED),
                        tuple(Kind.SHOW_VALUES, Outcome.DONE));
    }

    @Test
    void noSecretLeaves() {
        Session session = stage.signedIn("bob");
        String secret =
                session.token().reveal().substring(session.id().toString().length());
        Client client = stage.client(
                "tomcat",
                SessionAdmin.builder(stage.store).showValues(true).build(),
                request -> "ada",
                console -> console.allowEnding(true).showValues(true));
        for (String call : CALLS) {
            String body = client.call(
                            call, Map.of("id", stage.id(session), "values", true, "principal", "bob", "dryRun", true))
                    .body();
            assertThat(body).as(call).doesNotContain(secret).doesNotContainIgnoringCase("verifier");
        }
        assertThat(secret).hasSizeGreaterThan(20);
    }

    @Test
    void pagesHaveEachSessionOnce() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 230; i++) {
            made.add(stage.id(stage.signedIn(i % 2 == 0 ? "bob" : "user-" + i)));
        }
        Client client = stage.client("jetty", console -> console);
        List<String> found = new ArrayList<>();
        Map<String, Object> request = new LinkedHashMap<>(Map.of("size", 50));
        JsonNode page;
        do {
            page = client.call("sessions", request).json();
            list(page.get("sessions")).forEach(one -> found.add(one.get("id").asString()));
            request.put("after", page.has("next") ? page.get("next").asString() : "");
        } while (page.has("next"));
        assertThat(found).hasSizeGreaterThanOrEqualTo(230);
        assertThat(new HashSet<>(found)).isEqualTo(made);

        JsonNode ofBob = client.call("sessions", Map.of("principal", "bob", "size", 1_000))
                .json();
        assertThat(list(ofBob.get("sessions")))
                .hasSize(115)
                .allSatisfy(one -> assertThat(one.get("principal").asString()).isEqualTo("bob"));
        assertThat(client.call("count", Map.of()).json().get("sessions").asLong())
                .isEqualTo(230);
        assertThat(client.call("sessions", Map.of("after", "nonsense")).status())
                .isEqualTo(400);
        assertThat(client.call("sessions", Map.of("size", 0)).status()).isEqualTo(400);
    }

    @Test
    void whatIsNoRequestIsRefused() {
        Client client = stage.client("tomcat", console -> console.allowEnding(true));
        String end = Client.ROOT + "/api/end";
        for (String body :
                List.of("", "[]", "null", "{", "{\"id\":1}", "{\"id\":\"../../etc\"}", "{}", "[".repeat(10_000))) {
            Reply reply = client.send("POST", end, client.ofThePage(), body);
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.json().get("error").asString()).isNotEmpty();
        }
        assertThat(client.send("POST", end, client.ofThePage(), " ".repeat(70_000))
                        .status())
                .isEqualTo(413);
        for (String path : List.of("/page/index.html", "/Console.class", "/%2e%2e/%2e%2e/", "/console.js/", "/api")) {
            assertThat(client.get(path).status()).as(path).isIn(400, 404);
        }
        assertThat(stage.heard).isEmpty();
    }

    @Test
    void withoutItsSlashItLeadsToItsFolderAndToNoOtherHost() {
        Client client = stage.client("tomcat", console -> console);
        assertThat(client.get("").header("Location")).isIn("./console/", "/ops/console/");
    }

    @Test
    void aListenerThatThrowsDoesNotUndoTheAction() {
        Session session = stage.signedIn("bob");
        Client client = stage.client(
                "tomcat",
                console -> console.allowEnding(true).listener(action -> {
                    throw new IllegalStateException("full disk");
                }));
        assertThat(client.call("end", Map.of("id", stage.id(session)))
                        .json()
                        .get("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(stage.isStored(session)).isFalse();
    }

    @Test
    void saysThatTheStoreIsAway() {
        RedisServer server = RedisServers.start();
        RedisStore store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(1))
                .connect();
        try (store) {
            store.ping();
            server.close();
            Client client = stage.client(
                    "tomcat",
                    SessionAdmin.builder(store).build(),
                    request -> "ada",
                    console -> console.allowEnding(true));
            for (String call : List.of("count", "sessions", "end")) {
                Reply reply = client.call(call, Map.of("id", "AAAAAAAAAAAAAAAAAAAAAA"));
                assertThat(reply.status()).as(call).isEqualTo(503);
                assertThat(reply.json().get("error").asString()).isNotEmpty();
            }
            assertThat(list(client.call("doctor", Map.of()).json().get("findings")))
                    .extracting(one -> one.get("code").asString())
                    .contains("unreachable");
            assertThat(stage.heard).extracting(ConsoleAction::outcome).contains(Outcome.FAILED);
        }
    }
}
