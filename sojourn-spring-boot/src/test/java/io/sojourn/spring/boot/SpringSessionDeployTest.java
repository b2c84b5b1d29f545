package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import io.sojourn.spring.move.SpringSessionMove;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A deploy of two nodes under load, one after the other, from Spring Session to Sojourn and back: nobody is signed out, no change of
 * an attribute is lost, and in the end there is no key of Spring Session's left.
 */
@Tag("any-jdk") // The JDK changes nothing here.
class SpringSessionDeployTest {

    private static final int THREADS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A busy machine does not answer each command in half a second, and no user tries again here. */
    private static final String PATIENT = "sojourn.redis.timeout=20s";

    @Timeout(value = 10, unit = TimeUnit.MINUTES) // Fourteen starts of an application.
    @ParameterizedTest
    @CsvSource({"PLAIN, JDK", "INDEXED, JACKSON_2"})
    void fewUsers(Repository repository, Serializer serializer) throws Exception {
        deploy(repository, serializer, 24);
    }

    @Tag("full")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @CsvSource({
        "PLAIN, JDK",
        "INDEXED, JDK",
        "INDEXED_SORTED, JDK",
        "PLAIN, JACKSON_2",
        "INDEXED, JACKSON_2",
        "INDEXED_SORTED, JACKSON_2",
        "PLAIN, JACKSON_3",
        "INDEXED, JACKSON_3",
        "INDEXED_SORTED, JACKSON_3"
    })
    void thousandUsers(Repository repository, Serializer serializer) throws Exception {
        assumeTrue(serializer.isHere(), "Spring Boot 3 has no serializer for Jackson 3");
        deploy(repository, serializer, 1_000);
    }

    private static void deploy(Repository repository, Serializer serializer, int users) throws Exception {
        try (RedisServer redis = RedisServers.start();
                RedisProbe probe = redis.probe();
                Site site = new Site()) {
            SpringSessionNodes nodes = new SpringSessionNodes(redis, repository, serializer);
            Supplier<Node> keeping = () -> nodes.keeping(PATIENT);
            Supplier<Node> moving = () -> nodes.moving(PATIENT);
            site.replace(0, nodes::old);
            site.replace(1, nodes::old);
            site.load(users);

            site.replace(0, keeping); // The first step, and the way back.
            site.replace(0, nodes::old);
            site.replace(0, keeping);
            site.replace(1, keeping);

            site.replace(0, moving); // The second step, and the way back.
            site.replace(1, moving);
            site.replace(0, keeping);
            site.replace(1, keeping);
            site.replace(1, moving);
            site.replace(0, moving);
            site.round();

            assertThat(site.faults).isEmpty();
            assertThat(site.node(0).bean(SpringSessionMove.class).remaining()).isZero();
            site.stop();
            assertThat(SpringSessionMoveScenarios.leftOver(probe)).isEmpty();
        }
    }

    /** Two nodes, and users who make one request after the other. */
    private static final class Site implements AutoCloseable {

        private static final class Place {
            final Node node;
            final AtomicInteger requests = new AtomicInteger();

            Place(Node node) {
                this.node = node;
            }
        }

        private final Place[] places = new Place[2];
        private final List<User> users = new ArrayList<>();
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private final List<Future<?>> running = new ArrayList<>();
        private volatile boolean stopped;
        final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

        /** Starts a node, sends the requests of a place to it, and closes the one that was there. */
        void replace(int place, Supplier<Node> start) {
            Node node = start.get();
            Place before;
            synchronized (places) {
                before = places[place];
                places[place] = new Place(node);
            }
            if (before != null) {
                Awaitility.await().until(() -> before.requests.get() == 0);
                before.node.close();
            }
            if (!users.isEmpty()) {
                round();
            }
            assertThat(faults).isEmpty();
        }

        Node node(int place) {
            return places[place].node;
        }

        void load(int count) throws Exception {
            for (int i = 0; i < count; i++) {
                users.add(new User(i % 2 == 0 ? "ada" : "bob"));
            }
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                running.add(threads.submit(() -> {
                    while (!stopped) {
                        for (int i = first; i < count && !stopped; i += THREADS) {
                            visit(users.get(i));
                        }
                    }
                }));
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(10))
                    .until(() -> users.stream().allMatch(user -> user.count > 0) || !faults.isEmpty());
        }

        /** Waits until each user has made a visit that began after this call. */
        void round() {
            List<Integer> begun = users.stream().map(user -> user.begun).toList();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !faults.isEmpty()
                            || IntStream.range(0, users.size()).allMatch(i -> users.get(i).done > begun.get(i)));
        }

        private void visit(User user) {
            user.begun = user.done + 1;
            try {
                user.visit(this);
            } catch (RuntimeException | AssertionError e) {
                faults.add(e.toString());
            }
            user.done = user.begun;
        }

        Browser.Page request(User user, Function<Browser, Browser.Page> request) {
            Place place;
            synchronized (places) {
                place = places[ThreadLocalRandom.current().nextInt(2)];
                place.requests.incrementAndGet();
            }
            try {
                Browser browser = new Browser(List.of(place.node));
                browser.cookies().putAll(user.cookies);
                Browser.Page page = request.apply(browser);
                user.cookies = new HashMap<>(browser.cookies());
                return page;
            } finally {
                place.requests.decrementAndGet();
            }
        }

        void stop() throws Exception {
            stopped = true;
            for (Future<?> each : running) {
                each.get();
            }
        }

        @Override
        public void close() {
            stopped = true;
            threads.shutdown();
            for (Place place : places) {
                if (place != null) {
                    place.node.close();
                }
            }
        }
    }

    /** Signs in once, and counts visits in the session from then on. */
    private static final class User {

        private final String name;
        private Map<String, String> cookies = new HashMap<>();
        private volatile int count;

        /** The number of the visit that is under way, or was the last, and of the last one that is over. */
        private volatile int begun;

        private volatile int done;

        User(String name) {
            this.name = name;
        }

        void visit(Site site) {
            if (cookies.isEmpty()) {
                site.request(this, browser -> browser.signIn(name, "secret"));
            }
            String expected = count == 0 ? "null" : "" + count;
            String[] seen = look(site);
            // Spring Session saves when its answer is on the way: the next request may be faster.
            for (long begin = System.nanoTime(); seen.length == 3 && !seen[1].equals(expected); seen = look(site)) {
                if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                    site.faults.add(name + " has the count " + seen[1] + ", not " + expected);
                    return;
                }
            }
            if (seen.length != 3) {
                return;
            }
            String next = "" + (count + 1);
            String csrf = "_csrf=" + seen[2];
            int status = site.request(
                            this, browser -> browser.post("/public/note", "name=count", "value=" + next, csrf))
                    .status();
            if (status != 200 && count == 0) {
                return; // On the nodes with Spring Session the sign-in may be saved after its answer, with an older
                // CSRF token.
            }
            if (status != 200) {
                site.faults.add("Change " + next + " of " + name + " was answered with " + status);
            }
            count = Integer.parseInt(next);
        }

        /** The name, the count and a token; something else for one who is signed out. */
        private String[] look(Site site) {
            Browser.Page page = site.request(this, browser -> browser.get("/private/visit?name=count"));
            String[] seen = page.body().split(" ", -1);
            if (seen.length != 3 || !seen[0].equals(name)) {
                site.faults.add(
                        name + " is signed out at visit " + count + ": " + page.status() + " " + page.location());
                return new String[0];
            }
            return seen;
        }
    }
}
