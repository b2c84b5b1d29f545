package io.sojourn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.admin.events.EventPublisher;
import io.sojourn.cli.SojournProcess.Result;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the jar as a process against a real server that asks for a password. Each process takes a second or more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineTest {

    private static final String HOSTILE = "\u001b[31m\u202e<script>\n";

    private final RedisServer server = RedisServers.start("requirepass \"tea time\"", "maxmemory 100mb");
    private final RedisStore store = RedisStore.builder()
            .uri(server.uri())
            .password("tea time")
            .timeout(Duration.ofSeconds(20))
            .connect();
    private final SessionManager sessions = SessionManager.create(
            store,
            SessionSettings.builder()
                    .endEvents(true)
                    .alsoObserve(EventPublisher.builder()
                            .node("node-1")
                            .principals(true)
                            .build())
                    .build());
    private final Map<String, String> environment =
            Map.of("SOJOURN_REDIS_URI", server.uri(), "SOJOURN_REDIS_PASSWORD", "tea time");

    @BeforeAll
    void populate() {
        for (int i = 0; i < 3; i++) {
            signedIn("ada");
        }
        signedIn(HOSTILE);
    }

    @AfterAll
    void close() {
        store.close();
        server.close();
    }

    private Session signedIn(String principal) {
        Session session = sessions.create();
        session.signIn(principal);
        session.label("device", "phone");
        session.set("cart", new ArrayList<>(List.of("green tea")));
        sessions.save(session);
        return session;
    }

    private Result run(String... arguments) {
        return SojournProcess.run(environment, arguments);
    }

    private static JsonNode json(Result result) {
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).matches("\\p{ASCII}*");
        return JsonMapper.shared().readTree(result.out());
    }

    @Test
    void listsAndCounts() {
        long count = json(run("count", "--json")).get("sessions").asLong();
        Result list = run("list");

        assertThat(count).isGreaterThanOrEqualTo(4);
        assertThat(list.status()).isZero();
        assertThat(list.err()).isEmpty();
        assertThat(list.out().lines().count()).isBetween(5L, 20L);
        assertThat(list.out()).contains("ada").contains("device=phone").doesNotContain("\u001b", "\u202e");
        assertThat(list.out()).contains("\\u001b[31m\\u202e<script>\\u000a");
    }

    @Test
    @Tag("full")
    void tellsWhoIsSignedIn() {
        JsonNode principals = json(run("who", "--json")).get("principals");
        List<String> names = new ArrayList<>();
        for (Iterator<JsonNode> one = principals.iterator(); one.hasNext(); ) {
            names.add(one.next().get("principal").asString());
        }
        assertThat(names).contains("ada", HOSTILE);
        assertThat(run("who", "ada").out().lines().count()).isEqualTo(4);
        Result nobody = run("who", "nobody");
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.out()).isEqualTo("nobody is not signed in\n");
    }

    @Test
    @Tag("full")
    void showsOneAndItsValuesOnlyWhereThatIsAllowed() {
        Session session = signedIn("bob");
        Result shown = run("show", session.publicId());
        assertThat(shown.status()).isZero();
        assertThat(shown.out())
                .contains("principal  bob")
                .contains("cart")
                .contains("ArrayList")
                .doesNotContain("green tea")
                .doesNotContain(session.token().reveal().substring(22));

        Result refused = run("show", "--values", session.id().toString());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("SOJOURN_ALLOW_VALUES");
        Map<String, String> allowed = new java.util.HashMap<>(environment);
        allowed.put("SOJOURN_ALLOW_VALUES", "true");
        assertThat(SojournProcess.run(allowed, "show", "--values", session.id().toString())
                        .out())
                .contains("[\"green tea\"]");
        Result none = run("show", "AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(none.status()).isEqualTo(1);
        Result wrong = run("show", "AAAA");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("22 characters");
    }

    @Test
    @Tag("full")
    void endsOneAndSaysWhy() {
        Session session = signedIn("carol");
        String id = session.id().toString();
        assertThat(run("end", "--dry-run", id).out()).isEqualTo("Would end " + id + "\n");
        assertThat(sessions.info(session.id())).isPresent();
        assertThat(run("end", id).out()).isEqualTo("Ended " + id + "\n");
        assertThat(sessions.info(session.id())).isEmpty();
        assertThat(run("end", id).status()).isEqualTo(1);
        JsonNode why = json(run("why", "--json", id));
        assertThat(why.get("state").asString()).isEqualTo("ended_untold");
        assertThat(why.get("cause").asString()).isEqualTo("revoked_id");
        assertThat(why.get("events").toString()).contains("\"signed-in\"", "\"node-1\"");
    }

    @Test
    void watchesEventsAsTheyCome() throws IOException {
        Process watch = SojournProcess.start(
                environment, "watch", "--json", "--event", "signed-in,signed-out", "--since", "10m", "--for", "60s");
        try (BufferedReader lines = watch.inputReader()) {
            Session session = signedIn("erin " + HOSTILE);
            JsonNode event;
            do { // Of what other tests do at the same time.
                String line = Objects.requireNonNull(lines.readLine());
                assertThat(line).matches("\\p{ASCII}*");
                event = JsonMapper.shared().readTree(line);
                assertThat(event.get("event").asString()).startsWith("signed-");
            } while (!event.get("session").asString().equals(session.id().toString()));
            assertThat(event.get("principal").asString()).isEqualTo("erin " + HOSTILE);
            assertThat(event.get("node").asString()).isEqualTo("node-1");
        } finally {
            watch.destroy();
        }
        Result last = run("watch", "--since", "10m", "--for", "1ms");
        assertThat(last.status()).isZero();
        assertThat(last.err()).isEmpty();
        assertThat(last.out())
                .contains("  node-1  signed-in  ", "\"erin \\u001b")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void anEventThatDoesNotExistIsRefusedWithTheNearestName() {
        StringWriter err = new StringWriter();
        int status = Main.run(
                new PrintWriter(new StringWriter()), new PrintWriter(err), "watch", "--event", "ended,singed-in");
        assertThat(status).isEqualTo(2);
        assertThat(err.toString())
                .contains("\"singed-in\"")
                .contains("Did you mean signed-in?")
                .contains("limit-reached")
                .hasLineCount(1);
    }

    @Test
    void aMisspelledCommandOrOptionIsAnsweredWithTheNearestOne() {
        for (List<String> each : List.of(
                List.of("lsit", "did you mean list"),
                List.of("ended-all", "did you mean end-all"),
                List.of("count --jsno", "did you mean --json"),
                List.of("--json count", "options go behind the command"))) {
            StringWriter err = new StringWriter();
            int status = Main.run(
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(err),
                    each.get(0).split(" ", -1));
            assertThat(status).isEqualTo(2);
            assertThat(err.toString()).contains(each.get(1)).hasLineCount(1);
        }
    }

    @Test
    void theEventsThatWatchKnowsAreThoseOfThePublisherAndThePage() throws IOException {
        Path publisher = Path.of(
                "..",
                "sojourn-admin",
                "src",
                "main",
                "java",
                "io",
                "sojourn",
                "admin",
                "events",
                "EventPublisher.java");
        Set<String> published = Pattern.compile("(?:list|count|merge)\\(\"([a-z-]+)\"")
                .matcher(Files.readString(publisher))
                .results()
                .map(one -> one.group(1))
                .collect(Collectors.toSet());
        assertThat(published).isEqualTo(WatchCommand.EVENTS);

        Set<String> onThePage = Files.readAllLines(Path.of("..", "docs", "admin.md")).stream()
                .dropWhile(line -> !line.startsWith("| event |"))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1)[1])
                .flatMap(cell ->
                        Pattern.compile("`([a-z-]+)`").matcher(cell).results().map(one -> one.group(1)))
                .collect(Collectors.toSet());
        assertThat(onThePage).isEqualTo(WatchCommand.EVENTS);
    }

    @Test
    @Tag("full")
    void saysThatNobodyPublishesAndGoesOn() {
        Result watched = run("watch", "--prefix", "nobody", "--for", "1ms");
        assertThat(watched.status()).isZero();
        assertThat(watched.out()).isEmpty();
        assertThat(watched.err()).contains("No node has published an event").contains("EventPublisher");
    }

    @Test
    void endsAllOfAUserOnlyAfterAQuestion() {
        for (int i = 0; i < 3; i++) {
            signedIn("dave");
        }
        assertThat(run("end-all", "--dry-run", "dave").out()).isEqualTo("Would end 3 sessions\n");
        Result unconfirmed = run("end-all", "dave");
        assertThat(unconfirmed.status()).isEqualTo(2);
        assertThat(unconfirmed.err()).contains("This would end 3 sessions").contains("--yes");
        assertThat(sessions.findByPrincipal("dave")).hasSize(3);
        assertThat(run("end-all", "--yes", "dave").out()).isEqualTo("Ended 3 sessions\n");
        assertThat(sessions.findByPrincipal("dave")).isEmpty();
    }

    @Test
    void refusesAPasswordInAnArgument() {
        for (String[] arguments : List.of(
                new String[] {"count", "--uri", server.uri().replace("://", "://:secret@")},
                new String[] {"count", "--password", "secret"},
                new String[] {"count", "--password=secret"})) {
            Result refused = SojournProcess.run(Map.of(), arguments);
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("SOJOURN_REDIS_PASSWORD")
                    .contains("--ask-password")
                    .doesNotContain("secret");
            assertThat(refused.err().lines().count()).isEqualTo(1);
        }
    }

    @Test
    void whatFollowsAMisspelledOptionIsNotRepeated() {
        for (String[] arguments : List.of(
                new String[] {"count", "--pasword=hunter2"},
                new String[] {"count", "-phunter2"},
                new String[] {"count", "--pasword", "hunter2"},
                new String[] {"count", "--redis-password", "hunter2"},
                new String[] {"count", "--pasword", "hunter2", "ada"},
                new String[] {"count", "ada", "--pasword=hunter2"},
                new String[] {"who", "ada", "bob", "--pasword=hunter2"})) {
            StringWriter err = new StringWriter();
            int status = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments);
            assertThat(status).isEqualTo(2);
            assertThat(err.toString())
                    .contains("There is no option \"-")
                    .containsPattern("-p\"|pas")
                    .doesNotContain("hunter2");
        }
    }

    /** A visitor may have chosen it. */
    @Test
    void aNameThatBeginsWithAnAtSignOrAHyphenIsAName(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("names"), "AAAAAAAAAAAAAAAAAAAAAA");
        for (String name : List.of("@" + file, "-ada")) {
            Session session = signedIn(name);
            Result ended = run("end-all", "--", name);
            assertThat(ended.err()).isEmpty();
            assertThat(ended.out()).isEqualTo("Ended 1 session\n");
            assertThat(sessions.find(session.token())).isEmpty();
        }
        StringWriter err = new StringWriter();
        assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), "who", "-ada"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("write -- before it");
    }

    /** Without letters beyond ASCII in the locale, Java gives another name than was typed. */
    @Test
    void aNameThatTheLocaleCannotExpressIsRefused() {
        Map<String, String> ascii = new HashMap<>(environment);
        ascii.put("LC_ALL", "C");
        Result refused = SojournProcess.run(ascii, "end-all", "Zo\u00eb");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("LC_ALL=C.UTF-8");
        assertThat(refused.err().lines().count()).isEqualTo(1);
    }

    /** They end with the others. */
    @Test
    void sessionsThatCannotBeReadAreCountedBeforeTheyEnd() {
        for (int i = 0; i < 2; i++) {
            Session session = signedIn("erin");
            List<@Nullable Object> unused = store.master("sojourn:" + session.id())
                    .call("HSET", "sojourn:" + session.id(), "r", "\u0002from the future")
                    .toCompletableFuture()
                    .join();
        }
        assertThat(run("end-all", "--dry-run", "erin").out()).isEqualTo("Would end 2 sessions\n");
        assertThat(run("who", "erin").out()).contains("unreadable: ");
        Result unconfirmed = run("end-all", "erin");
        assertThat(unconfirmed.status()).isEqualTo(2);
        assertThat(unconfirmed.err()).contains("This would end 2 sessions");
        assertThat(run("end-all", "--yes", "erin").out()).isEqualTo("Ended 2 sessions\n");
    }

    @Test
    void aSessionThatIsNotThereIsJsonToo() {
        Result none = run("show", "--json", "AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(none.status()).isEqualTo(1);
        assertThat(json(none).get("found").asBoolean()).isFalse();
        assertThat(json(none).get("id").asString()).isEqualTo("AAAAAAAAAAAAAAAAAAAAAA");
    }

    @Test
    void wrongArgumentsAreRefusedBeforeTheStoreIsAsked() {
        for (String[] arguments : List.of(
                new String[] {"show", "AAAA"},
                new String[] {"why", "AAAA"},
                new String[] {"end", "AAAA"},
                new String[] {"end-all"},
                new String[] {"watch", "--session", "AAAA"},
                new String[] {"watch", "--for", "tomorrow"},
                new String[] {"watch", "--since", "tomorrow"},
                new String[] {"watch", "--event", "singed-in"},
                new String[] {"list", "--limit", "0"},
                new String[] {"list", "--used-within", "tomorrow"},
                new String[] {"list", "--used-within", "10m", "--unused-for", "2h"},
                new String[] {"list", "--index", "tenant"},
                new String[] {"list", "--principal", "ada", "--index", "tenant=acme"},
                new String[] {"count", "--index", "tenant"},
                new String[] {"count", "--index", "No Name=acme"},
                new String[] {"count", "--principal", "ada", "--index", "tenant=acme"},
                new String[] {"count", "--principal", ""},
                new String[] {"count", "--keys-per-second", "0"},
                new String[] {"who", ""},
                new String[] {"end-all", "--yes", ""},
                new String[] {"end-all", "--yes", "--index", "tenant"},
                new String[] {"sizes", "--sample", "0"},
                new String[] {"doctor", "--keys", "-1"})) {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--timeout", "500ms", "--uri", "redis://127.0.0.1:1"));
            StringWriter err = new StringWriter();
            int status =
                    Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), all.toArray(String[]::new));
            assertThat(status).as(err.toString()).isEqualTo(2);
        }
    }

    @Test
    @Tag("full")
    void outputThatCannotBeWrittenIsAnErrorUnlessItsReaderHasEnded() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "Left out: this machine has no /dev/full, which is a full disk");
        Result full = SojournProcess.run(environment, Redirect.to(new File("/dev/full")), List.of(), "count");
        assertThat(full.status()).isEqualTo(5);
        assertThat(full.err()).startsWith("sojourn: The output could not be written: ");

        Process list = SojournProcess.start(environment, "list", "--limit", "1000");
        list.getInputStream().close();
        assertThat(list.errorReader().lines()).isEmpty();
        assertThat(list.waitFor()).isZero();
    }

    @Test
    @Tag("full")
    void showsHowFarAScanIsOnATerminalOnly() throws Exception {
        // It gives the process a terminal of its own.
        assumeTrue(
                Files.exists(Path.of("/usr/bin/script")), "Left out: /usr/bin/script (Debian's bsdutils) is not there");
        String[] scan = {"count", "--all", "--prefix", "slow", "--keys-per-second", "150"};
        SessionManager many = SessionManager.create(store.withPrefix("slow"));
        for (int i = 0; i < 40; i++) {
            Session session = many.create();
            session.set("visits", i);
            many.save(session);
        }
        // The first batch of 200 keys takes the time of one second and a third.
        Result piped = run(scan);
        assertThat(piped.out()).isEqualTo("40\n");
        assertThat(piped.err()).isEmpty();
        List<String> command = SojournProcess.command(List.of(), scan);
        ProcessBuilder terminal = new ProcessBuilder("script", "-qec", String.join(" ", command), "/dev/null");
        terminal.environment().keySet().removeIf(name -> name.startsWith("SOJOURN_"));
        terminal.environment().putAll(environment);
        terminal.environment().put("TERM", "xterm");
        Process shown = terminal.redirectInput(new File("/dev/null")).start();
        String text = new String(shown.getInputStream().readAllBytes(), UTF_8);
        assertThat(shown.waitFor()).isZero();
        assertThat(text)
                .containsPattern("\rLooked at [0-9]+ keys and sessions in [0-9]+ s \\.\\.\\.\u001b\\[K")
                .endsWith("\r\u001b[K40\r\n");
    }

    @Test
    @Tag("full")
    void saysInOneSentenceWhatWentWrong() {
        Result sick = SojournProcess.run(
                Map.of("SOJOURN_REDIS_PASSWORD", "wrong"), "doctor", "--timeout", "10s", "--uri", server.uri());
        assertThat(sick.status()).isEqualTo(20);
        assertThat(sick.out()).contains("WRONGPASS").doesNotContain("..");
        Result wrong = SojournProcess.run(Map.of(), "count", "--uri", server.uri());
        assertThat(wrong.status()).isEqualTo(3);
        assertThat(wrong.err().lines().count()).isEqualTo(1);
        assertThat(wrong.err()).contains("NOAUTH");
        Result away = SojournProcess.run(Map.of(), "count", "--timeout", "500ms", "--uri", "redis://127.0.0.1:1");
        assertThat(away.status()).isEqualTo(3);
        assertThat(away.err().lines().count()).isEqualTo(1);
        Result scheme = SojournProcess.run(Map.of(), "count", "--uri", "http://localhost");
        assertThat(scheme.status()).isEqualTo(2);
        Result unknown = run("cuont");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err().lines().count()).isEqualTo(1);
    }

    @Test
    @Tag("full")
    void theDoctorsFindingsAreItsExitStatus() {
        Result doctor = run("doctor");
        assertThat(doctor.status()).isEqualTo(10);
        assertThat(doctor.out())
                .contains("WARNING no-replica")
                .contains("Why it matters:")
                .contains("What to do:")
                .doesNotContain("\u001b");
        JsonNode json = json(run("doctor", "--json", "--keys", "1000"));
        assertThat(json.get("exitStatus").asInt()).isEqualTo(10);
    }

    @Test
    @Tag("full")
    void tellsItsVersionHelpAndCompletion() {
        assertThat(run("--version").out()).startsWith("sojourn 0.");
        assertThat(run("--help").out()).contains("doctor", "end-all", "Exit status:", "SOJOURN_REDIS_PASSWORD");
        assertThat(run("completion", "bash").out())
                .contains("complete", "end-all")
                .doesNotContain("--password ");
        assertThat(run("completion", "zsh").out()).contains("compinit");
    }
}
