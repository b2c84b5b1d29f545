package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two hundred requests a second, while Redis is away for long. */
@Tag("full")
class LongOutageTest {

    private static final Logger LOG = System.getLogger(LongOutageTest.class.getName());

    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final Duration PAUSE_BETWEEN_REQUESTS = Duration.ofMillis(5);
    private static final Pattern HEAP = Pattern.compile("generation\\s+total \\d+K, used (\\d+)K");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private record Answer(long atNanos, int status, Duration took) {}

    /** Requests at a steady pace, whatever becomes of them. */
    private final class Load implements AutoCloseable {

        private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        private final Queue<Answer> pages = new ConcurrentLinkedQueue<>();
        private final Queue<Answer> health = new ConcurrentLinkedQueue<>();
        private final AtomicLong sent = new AtomicLong();

        Load(Stage stage, String token) {
            var unused = pace.scheduleAtFixedRate(
                    () -> {
                        long number = sent.incrementAndGet();
                        String node = stage.node(1 + (int) (number % 2));
                        ask(node + "/api/session", token, pages);
                        if (number % 10 == 0) {
                            ask(node + "/health", token, health);
                        }
                    },
                    0,
                    PAUSE_BETWEEN_REQUESTS.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void ask(String url, String token, Queue<Answer> answers) {
            long start = System.nanoTime();
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(20))
                    .header("Cookie", "SESSION=" + token)
                    .build();
            var unused = client.sendAsync(request, BodyHandlers.discarding()).whenComplete((response, failure) -> {
                long end = System.nanoTime();
                answers.add(
                        new Answer(end, failure == null ? response.statusCode() : -1, Duration.ofNanos(end - start)));
            });
        }

        List<Answer> pages(long from, long to) {
            return between(pages, from, to);
        }

        List<Answer> health(long from, long to) {
            return between(health, from, to);
        }

        private static List<Answer> between(Queue<Answer> answers, long from, long to) {
            return answers.stream()
                    .filter(answer -> answer.atNanos() - from >= 0 && to - answer.atNanos() >= 0)
                    .toList();
        }

        @Override
        public void close() {
            pace.shutdownNow();
        }
    }

    @Test
    void whenItIsDeadEveryAnswerComesAtOnceAndMemoryStaysFlat() throws Exception {
        outage(RedisServer::kill, RedisServer::restart);
    }

    @Test
    void whenItIsSilentEveryAnswerComesWithinTheDeadlineAndMemoryStaysFlat() throws Exception {
        outage(RedisServer::pause, RedisServer::resume);
    }

    private void outage(Consumer<RedisServer> begin, Consumer<RedisServer> end) throws Exception {
        try (Stage stage = Stage.open(RedisServers.preferred());
                Load load = new Load(stage, stage.visitor().token())) {
            pause(Duration.ofSeconds(5));
            long before = heap(stage);
            begin.accept(stage.redis());
            long down = System.nanoTime();
            pause(OUTAGE);
            long during = heap(stage);
            long up = System.nanoTime();
            end.accept(stage.redis());
            long back = System.nanoTime();
            pause(Duration.ofSeconds(3));
            long settled = System.nanoTime();

            long second = TimeUnit.SECONDS.toNanos(1);
            List<Answer> refused = load.pages(down + second, up);
            Map<Integer, Long> statuses =
                    refused.stream().collect(Collectors.groupingBy(Answer::status, Collectors.counting()));
            List<Duration> times = refused.stream().map(Answer::took).sorted().toList();
            Duration p99 = times.get(times.size() * 99 / 100);
            Duration longest = times.get(times.size() - 1);
            Duration first = load.pages(back, settled).stream()
                    .filter(answer -> answer.status() == 200)
                    .map(answer -> Duration.ofNanos(answer.atNanos() - back))
                    .findFirst()
                    .orElseThrow();
            LOG.log(
                    Level.INFO,
                    "{0} answered during the outage: {1}; p99 {2}, longest {3}; heaps of both nodes {4} K before,"
                            + " {5} K during; first success after {6}",
                    refused.size(),
                    statuses,
                    p99,
                    longest,
                    before,
                    during,
                    first);
            assertThat(statuses).containsOnlyKeys(503);
            assertThat(refused).hasSizeGreaterThan((int) (150 * OUTAGE.toSeconds()));
            assertThat(p99).isLessThan(Duration.ofSeconds(1));
            assertThat(longest).isLessThan(Duration.ofSeconds(2));
            assertThat(load.health(down, up))
                    .hasSizeGreaterThan((int) (15 * OUTAGE.toSeconds()))
                    .allMatch(answer -> answer.status() == 200)
                    .allMatch(answer -> answer.took().compareTo(Duration.ofSeconds(1)) < 0);
            assertThat(during - before).as("growth of both heaps, in K").isLessThan(8_192);
            assertThat(first).isLessThan(Duration.ofSeconds(1));
        }
    }

    private static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    /** What both nodes really need, in KiB: after a collection each. */
    private static long heap(Stage stage) throws IOException, InterruptedException {
        long sum = 0;
        for (ProcessHandle node : stage.shop().demo().nodes()) {
            String unused = jcmd(node, "GC.run");
            sum += HEAP.matcher(jcmd(node, "GC.heap_info"))
                    .results()
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .sum();
        }
        assertThat(sum).isPositive();
        return sum;
    }

    private static String jcmd(ProcessHandle node, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(node.pid()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
