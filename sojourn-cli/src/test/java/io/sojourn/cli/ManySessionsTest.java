package io.sojourn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.cli.SojournProcess.Result;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All commands, and all answers of the console, with 200,000 sessions: compared with what the test has stored, in processes with a
 * small heap, while others ask the servers.
 */
@Tag("full")
class ManySessionsTest {

    /** Of the heap; the sessions alone have ten times as much in Redis. */
    private static final List<String> LITTLE_MEMORY = List.of("-Xmx48m");

    private static final int PINGS = 2_000;

    /** What the process that scans may add, since it needs one of the processors on which the other client runs, too. */
    private static final long MAY_ADD_NANOS = 30_000;

    private static final int PATIENCE_SECONDS = 300;
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]{22})\"");

    private record Pings(long middle, long slow) {

        static Pings of(List<Long> nanos) {
            List<Long> sorted = nanos.stream().sorted().toList();
            return new Pings(sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100));
        }

        @Override
        public String toString() {
            return middle / 1_000 + " us (p99 " + slow / 1_000 + " us)";
        }
    }

    @ParameterizedTest
    @Timeout(1_800)
    @EnumSource(
            value = RedisLayout.Kind.class,
            names = {"SERVER", "SENTINELS", "CLUSTER"})
    void everyCommandIsRightAndGentle(RedisLayout.Kind kind) throws Exception {
        try (RedisLayout layout = RedisLayout.start(kind, RedisServers.preferred());
                ManySessions many = new ManySessions(layout)) {
            many.store();
            Map<String, String> environment = Map.of("SOJOURN_REDIS_URI", layout.uri());
            theScansAreRightAndGentle(environment, layout, many);
            theIndexesAreRight(environment, many);
            theConsoleIsRight(environment, many);
            whatEndsHasEnded(environment, many);
        }
    }

    private static Result run(Map<String, String> environment, String... arguments) {
        Result result = SojournProcess.run(environment, LITTLE_MEMORY, PATIENCE_SECONDS, process -> {}, arguments);
        assertThat(result.err()).as(String.join(" ", arguments)).isEmpty();
        return result;
    }

    private static JsonNode json(Result result) {
        return JsonMapper.shared().readTree(result.out());
    }

    private static void theScansAreRightAndGentle(
            Map<String, String> environment, RedisLayout layout, ManySessions many) {
        String count = gently(environment, layout, "count", "--all").out();
        assertThat(count).isEqualTo(ManySessions.MANY + "\n");

        String list = gently(environment, layout, "list", "--json", "--limit", "300000")
                .out();
        assertThat(list).startsWith("{\"sessions\":[{").endsWith("}]}\n");
        assertThat(ids(list)).isEqualTo(many.ids());

        Map<String, Long> who = new HashMap<>();
        for (JsonNode one : json(gently(environment, layout, "who", "--json")).get("principals")) {
            String name = one.get("principal").asString();
            assertThat(who.put(name, one.get("sessions").asLong())).as(name).isNull();
        }
        assertThat(who).isEqualTo(many.ofPrincipals());

        JsonNode sizes = json(gently(environment, layout, "sizes", "--json", "--sample", "5000"));
        assertThat(sizes.get("sampled").asInt()).isEqualTo(5_000);
        assertThat(sizes.get("all").asBoolean()).isFalse();
        assertThat(sizes.get("attributes").get(0).get("name").asString()).isEqualTo("cart");
        assertThat(sizes.get("attributes").get(0).get("sessions").asInt()).isEqualTo(5_000);

        isHealthy(json(gently(environment, layout, "doctor", "--json")));
    }

    /** That such servers have no password, no limit of memory and so on is found, too; the sessions have nothing wrong. */
    private static void isHealthy(JsonNode diagnosis) {
        List<String> where = new ArrayList<>();
        diagnosis
                .get("findings")
                .forEach(finding -> where.add(finding.get("where").asString()));
        assertThat(where).as(diagnosis.toString()).doesNotContain("keys", "indexes", "sessions");
        assertThat(diagnosis.get("keys").asInt()).isGreaterThan(90_000);
    }

    private static void theIndexesAreRight(Map<String, String> environment, ManySessions many) {
        double estimate =
                json(run(environment, "count", "--json")).get("sessions").asLong();
        assertThat(estimate).isBetween(0.95 * ManySessions.MANY, 1.05 * ManySessions.MANY);
        assertThat(run(environment, "count", "--principal", ManySessions.CROWD).out())
                .isEqualTo(many.ofPrincipal(ManySessions.CROWD).size() + "\n");
        assertThat(run(environment, "count", "--index", "tenant=tenant-3").out())
                .isEqualTo(many.ofTenant("tenant-3").size() + "\n");
        assertThat(ids(run(environment, "who", "--json", ManySessions.CROWD).out()))
                .isEqualTo(many.ofPrincipal(ManySessions.CROWD));
        assertThat(ids(run(environment, "list", "--json", "--limit", "100000", "--index", "tenant=tenant-3")
                        .out()))
                .isEqualTo(many.ofTenant("tenant-3"));
        String id = many.ofPrincipal("user-7").iterator().next();
        assertThat(json(run(environment, "show", "--json", id)).get("principal").asString())
                .isEqualTo("user-7");
        assertThat(json(run(environment, "why", "--json", id)).get("state").asString())
                .isEqualTo("lives");
    }

    private static Set<String> ids(String json) {
        Set<String> ids = new HashSet<>();
        ID.matcher(json).results().forEach(id -> ids.add(id.group(1)));
        return ids;
    }

    /** Runs a command that scans, and compares round trips of another client with those of a moment without a scan. */
    private static Result gently(Map<String, String> environment, RedisLayout layout, String... arguments) {
        List<RedisProbe> probes =
                layout.masters().stream().map(RedisServer::probe).toList();
        String command = "sojourn " + String.join(" ", arguments);
        try {
            List<List<Long>> alone =
                    probes.stream().map(probe -> pings(probe, PINGS)).toList();
            List<List<Long>> meanwhile =
                    probes.stream().<List<Long>>map(probe -> new ArrayList<>()).toList();
            long start = System.nanoTime();
            Result result = SojournProcess.run(
                    environment,
                    LITTLE_MEMORY,
                    PATIENCE_SECONDS,
                    process -> pingWhileItScans(process, probes, meanwhile),
                    arguments);
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertThat(result.err()).as(command).isEmpty();
            int scanned = 0;
            for (int i = 0; i < probes.size(); i++) {
                if (meanwhile.get(i).size() >= PINGS) {
                    scanned++;
                    Pings before = Pings.of(alone.get(i));
                    Pings during = Pings.of(meanwhile.get(i));
                    System.out.println(layout + ": " + command + " took " + millis + " ms; round trips " + before
                            + ", during the scan " + during);
                    assertThat(during.middle())
                            .as("nanoseconds of a round trip during " + command)
                            .isLessThan(2 * before.middle() + MAY_ADD_NANOS);
                }
            }
            assertThat(scanned).as("servers that " + command + " scans").isPositive();
            return result;
        } finally {
            probes.forEach(RedisProbe::close);
        }
    }

    private static List<Long> pings(RedisProbe probe, int count) {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            probe.call("PING");
            nanos.add(System.nanoTime() - start);
        }
        return nanos;
    }

    /** The masters of a cluster are scanned one after the other: round trips count where a scan went on meanwhile. */
    private static void pingWhileItScans(Process process, List<RedisProbe> probes, List<List<Long>> meanwhile) {
        long[] scans = new long[probes.size()];
        probes.forEach(RedisProbe::resetStats);
        while (process.isAlive()) {
            for (int i = 0; i < scans.length; i++) {
                List<Long> nanos = pings(probes.get(i), PINGS / 10);
                long now = probes.get(i).commandStats().getOrDefault("scan", 0L);
                if (now > scans[i]) {
                    meanwhile.get(i).addAll(nanos);
                }
                scans[i] = now;
            }
        }
    }

    private static void theConsoleIsRight(Map<String, String> environment, ManySessions many) throws Exception {
        Process process = SojournProcess.start(environment, LITTLE_MEMORY, "console", "--json", "--allow-ending");
        try (BufferedReader lines = process.inputReader()) {
            JsonNode told = JsonMapper.shared().readTree(Objects.requireNonNull(lines.readLine()));
            Browser browser = new Browser(told.get("link").asString());
            assertThat(browser.call("me", Map.of()).get("allowEnding").asBoolean())
                    .isTrue();
            double count = browser.call("count", Map.of()).get("sessions").asLong();
            assertThat(count).isBetween(0.95 * ManySessions.MANY, 1.05 * ManySessions.MANY);
            assertThat(browser.call("sizes", Map.of()).get("sampled").asInt()).isEqualTo(200);
            assertThat(browser.call("activity", Map.of()).isObject()).isTrue();
            assertThat(browser.call("events", Map.of()).get("events").size()).isZero();

            Set<String> listed = new HashSet<>();
            Map<String, Object> place = new HashMap<>(Map.of("size", 1_000));
            JsonNode page;
            do {
                page = browser.call("sessions", place);
                page.get("sessions").forEach(one -> listed.add(one.get("id").asString()));
                place.put("after", page.has("next") ? page.get("next").asString() : "");
            } while (page.has("next"));
            assertThat(listed).isEqualTo(many.ids());

            page = browser.call("principals", Map.of("size", 1_000));
            assertThat(page.get("principals").size()).isBetween(1_000, 1_200);
            page.get("principals").forEach(one -> {
                String name = one.get("principal").asString();
                assertThat(one.get("sessions").asInt())
                        .as(name)
                        .isEqualTo(many.ofPrincipal(name).size());
            });
            isHealthy(browser.call("doctor", Map.of()));

            String id = many.ofPrincipal("user-11").iterator().next();
            assertThat(browser.call("session", Map.of("id", id))
                            .get("principal")
                            .asString())
                    .isEqualTo("user-11");
            assertThat(browser.call("end", Map.of("id", id)).get("ended").asInt())
                    .isEqualTo(1);
            assertThat(browser.call("session", Map.of("id", id))
                            .get("fate")
                            .get("state")
                            .asString())
                    .isEqualTo("unknown"); // Ends are not recorded here.
            many.ended(Set.of(id));
            assertThat(browser.call("end-all", Map.of("principal", "user-12"))
                            .get("ended")
                            .asInt())
                    .isEqualTo(many.ofPrincipal("user-12").size());
            many.ended(many.ofPrincipal("user-12"));
        } finally {
            process.destroy();
        }
    }

    private static void whatEndsHasEnded(Map<String, String> environment, ManySessions many) {
        String id = many.ofPrincipal("user-13").iterator().next();
        assertThat(run(environment, "end", id).out()).isEqualTo("Ended " + id + "\n");
        many.ended(Set.of(id));
        Set<String> crowd = many.ofPrincipal(ManySessions.CROWD);
        assertThat(run(environment, "end-all", "--yes", ManySessions.CROWD).out())
                .isEqualTo("Ended " + crowd.size() + " sessions\n");
        many.ended(crowd);
        Set<String> tenant = many.ofTenant("tenant-3");
        assertThat(run(environment, "end-all", "--yes", "--index", "tenant=tenant-3")
                        .out())
                .isEqualTo("Ended " + tenant.size() + " sessions\n");
        many.ended(tenant);

        assertThat(run(environment, "count", "--all", "--keys-per-second", "1000000")
                        .out())
                .isEqualTo(many.ids().size() + "\n");
        assertThat(ids(run(environment, "list", "--json", "--limit", "300000", "--keys-per-second", "1000000")
                        .out()))
                .isEqualTo(many.ids());
    }

    /** One that has opened the link of the console. */
    private static final class Browser {

        private final HttpClient client = HttpClient.newHttpClient();
        private final String folder;
        private final String cookie;

        Browser(String link) throws Exception {
            folder = link.substring(0, link.indexOf("enter/"));
            String set = client.send(HttpRequest.newBuilder(URI.create(link)).build(), BodyHandlers.ofString())
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow();
            cookie = set.substring(0, set.indexOf(';'));
        }

        JsonNode call(String what, Map<String, ?> body) throws Exception {
            URI uri = URI.create(folder + "api/" + what);
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Cookie", cookie)
                            .header("Content-Type", "application/json")
                            .header("Sojourn-Console", "1")
                            .header("Origin", "http://" + uri.getAuthority())
                            .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(what + ": " + answer.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(answer.body());
        }
    }
}
