package io.sojourn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.admin.SessionAdmin;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The console as the command line serves it. */
class ConsoleCommandTest {

    private final RedisServer server = RedisServers.start("requirepass \"tea time\"");
    private final RedisStore store = RedisStore.builder()
            .uri(server.uri())
            .password("tea time")
            .timeout(Duration.ofSeconds(20))
            .connect();
    private final SessionManager sessions = SessionManager.create(store, SessionSettings.defaults());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private Session signedIn() {
        Session session = sessions.create();
        session.signIn("ada");
        sessions.save(session);
        return session;
    }

    private HttpResponse<String> get(String uri, String cookie) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        return client.send(
                (cookie.isEmpty() ? request : request.header("Cookie", cookie)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String folder, String what, String cookie, String body)
            throws IOException, InterruptedException {
        URI uri = URI.create(folder + "api/" + what);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .header("Cookie", cookie)
                        .header("Content-Type", "application/json")
                        .header("Sojourn-Console", "1")
                        .header("Origin", "http://" + uri.getAuthority())
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String folder(String link) {
        return link.substring(0, link.indexOf("enter/"));
    }

    private static String cookie(HttpResponse<String> entered) {
        String set = entered.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set)
                .contains(
                        "; HttpOnly",
                        "; SameSite=Strict",
                        "; Path=" + URI.create(folder(entered.uri().toString())).getPath() + ";");
        return set.substring(0, set.indexOf(';'));
    }

    @Test
    void linkOpensTheConsoleOnceAndItIsReadOnly() throws Exception {
        Session session = signedIn();
        try (LoopbackServer console = LoopbackServer.start(
                0,
                SessionAdmin.builder(store).showValues(true).build(),
                "operator",
                false,
                action -> {},
                System::nanoTime)) {
            String link = console.link();
            String folder = folder(link);
            assertThat(link).startsWith("http://127.0.0.1:");
            assertThat(get(folder, "").statusCode()).isEqualTo(403);
            assertThat(get(folder + "console.js", "").statusCode()).isEqualTo(403);
            assertThat(get(folder + "enter/wrong", "").statusCode()).isEqualTo(403);
            assertThat(get(folder.replaceAll("(:[0-9]+)/.*", "$1/"), "").statusCode())
                    .isEqualTo(404);
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(link))
                                            .method("HEAD", BodyPublishers.noBody())
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);

            HttpResponse<String> entered = get(link, "");
            // A redirect would lose the cookie if another site's page has the link.
            assertThat(entered.statusCode()).isEqualTo(200);
            assertThat(entered.headers().firstValue("Refresh"))
                    .hasValue("0;url=" + URI.create(folder).getPath());
            String cookie = cookie(entered);
            assertThat(get(link, "").statusCode()).isEqualTo(403);
            assertThat(get(link, "").body()).contains("is wrong or has been used");
            HttpResponse<String> again = get(link, cookie);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.headers().firstValue("Refresh"))
                    .isEqualTo(entered.headers().firstValue("Refresh"));
            assertThat(again.headers().firstValue("Set-Cookie")).isEmpty();
            assertThat(get(folder, cookie).body()).contains("Sojourn console");
            assertThat(get(folder, cookie + "x").statusCode()).isEqualTo(403);
            assertThat(call(folder, "me", "a=b; " + cookie, "{}").body())
                    .contains("\"allowEnding\":false", "\"showValues\":true", "\"operator\"");
            assertThat(call(folder, "end", cookie, "{\"id\":\"" + session.id() + "\"}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(sessions.find(session.token())).isPresent();
            assertThat(entered.headers().firstValue("Content-Security-Policy")).isPresent();
        }
    }

    @Test
    void jarServesTheConsoleAndEndsSessionsIfAllowed() throws Exception {
        Session session = signedIn();
        Process process = SojournProcess.start(
                Map.of("SOJOURN_REDIS_URI", server.uri(), "SOJOURN_REDIS_PASSWORD", "tea time"),
                "console",
                "--allow-ending");
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String link = Objects.requireNonNull(lines.readLine());
            assertThat(link).matches("http://127\\.0\\.0\\.1:[0-9]+/[A-Za-z0-9_-]{32}/enter/[A-Za-z0-9_-]{32}");
            assertThat(lines.readLine())
                    .contains("within 10 minutes", "It can end sessions")
                    .doesNotContain("tea time");
            String cookie = cookie(get(link, ""));
            assertThat(call(folder(link), "end", cookie, "{\"id\":\"" + session.id() + "\"}")
                            .body())
                    .isEqualTo("{\"ended\":1}");
            assertThat(sessions.find(session.token())).isEmpty();
            assertThat(lines.readLine())
                    .contains(
                            "END DONE, ended 1",
                            "actor=\"" + System.getProperty("user.name") + "\"",
                            "target=\"" + session.id() + "\"");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void withJsonOnlyTheLinkIsOnTheOutputAndWhatWasDoneIsOnTheErrorOutput() throws Exception {
        Session session = signedIn();
        Process process = SojournProcess.start(
                Map.of("SOJOURN_REDIS_URI", server.uri(), "SOJOURN_REDIS_PASSWORD", "tea time"),
                "console",
                "--allow-ending",
                "--json");
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            String json = Objects.requireNonNull(lines.readLine());
            String link = json.replaceAll(".*\"(http:[^\"]*)\".*", "$1");
            String cookie = cookie(get(link, ""));
            assertThat(call(folder(link), "end-all", cookie, "{\"principal\":\"ada\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(sessions.find(session.token())).isEmpty();
            assertThat(errors.readLine()).contains("END_ALL DONE, ended 1", "target=\"ada\"");
            process.toHandle().destroyForcibly(); // The process itself would close what was not read yet.
            assertThat(lines.readLine()).isNull();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void linkEndsAfterTenMinutes() throws Exception {
        AtomicLong clock = new AtomicLong();
        try (LoopbackServer console = LoopbackServer.start(
                0, SessionAdmin.builder(store).build(), "operator", false, action -> {}, clock::get)) {
            clock.set(TimeUnit.MINUTES.toNanos(10) + 1);
            assertThat(get(console.link(), "").statusCode()).isEqualTo(403);
            clock.set(TimeUnit.MINUTES.toNanos(10));
            assertThat(get(console.link(), "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void portThatIsTakenIsSaid() throws Exception {
        SessionAdmin admin = SessionAdmin.builder(store).build();
        try (LoopbackServer first = LoopbackServer.start(0, admin, "operator", false, action -> {}, System::nanoTime)) {
            int port = URI.create(first.link()).getPort();
            assertThat(catchThrowable(
                            () -> LoopbackServer.start(port, admin, "operator", false, action -> {}, System::nanoTime)
                                    .close()))
                    .isInstanceOf(IOException.class);
        }
    }
}
