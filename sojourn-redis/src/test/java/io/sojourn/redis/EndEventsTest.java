package io.sojourn.redis;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.LimitPolicy;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEnd;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisLayout.Kind;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of each session is told to one of several nodes, with its cause and what the session held last. */
@Tag("slow")
@Tag("any-jdk")
@Timeout(120)
@ParameterizedClass
@MethodSource("layouts")
class EndEventsTest {

    /** A test that waits more than it works, so that it runs beside the others of this class. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface WaitingTest {}

    /** Longer than a machine stands still, since what is used in time must not end, nor anything before it was looked at. */
    private static final Duration IDLE = Duration.ofSeconds(6);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    static Stream<RedisLayout> layouts() {
        List<RedisBinary> all = RedisServers.available();
        return Stream.concat(
                all.stream().map(binary -> RedisLayout.start(Kind.SERVER, binary)),
                Stream.of(RedisLayout.start(Kind.CLUSTER, all.get(0))));
    }

    /** What one node was told. */
    private record Told(
            String node,
            SessionId id,
            EndCause cause,
            @Nullable Object cart,
            int attempt) {}

    private final RedisLayout servers;
    private final String prefix = "ends-" + System.nanoTime();
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    EndEventsTest(RedisLayout servers) {
        this.servers = servers;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private RedisStore store() {
        RedisStore store = RedisStore.builder()
                .uri(servers.uri())
                .prefix(prefix)
                .timeout(Duration.ofSeconds(10))
                .connect();
        opened.add(store);
        return store;
    }

    private static SessionSettings settings(UnaryOperator<SessionSettings.Builder> changes) {
        return changes.apply(SessionSettings.builder().endEvents(true).idleTimeout(IDLE))
                .build();
    }

    private SessionManager manager(UnaryOperator<SessionSettings.Builder> changes) {
        return SessionManager.create(store(), settings(changes));
    }

    private SessionManager manager() {
        return manager(builder -> builder);
    }

    private void add(String node, SessionEnd end) {
        told.add(new Told(node, end.id(), end.cause(), end.get("cart"), end.attempt()));
    }

    private EndWatch listen(String node, SessionManager sessions) {
        EndWatch watch = sessions.listenToEnds(end -> add(node, end));
        opened.add(watch);
        return watch;
    }

    private static Session stored(SessionManager sessions, String cart) {
        Session session = sessions.create();
        session.set("cart", cart);
        session.label("browser", "Lynx");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private Told awaitTold(SessionId id) {
        await().atMost(LIMIT).until(() -> told.stream().anyMatch(one -> one.id().equals(id)));
        return told.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }

    private Map<String, RedisProbe> keys() {
        Map<String, RedisProbe> keys = new HashMap<>();
        for (RedisServer master : servers.masters()) {
            RedisProbe probe = master.probe();
            opened.add(probe);
            probe.keys().stream().filter(key -> key.startsWith(prefix)).forEach(key -> keys.put(key, probe));
        }
        return keys;
    }

    private void assertOnlyNotesAreLeft() {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(keys().keySet()).noneMatch(key -> key.contains(":@")));
        assertThat(keys()).allSatisfy((key, probe) -> {
            assertThat(probe.ttlMillis(key)).isBetween(1L, SessionEnds.KEEP.toMillis());
            assertThat(probe.hash(key).keySet()).containsExactly("ended");
        });
    }

    @WaitingTest
    void sessionsThatTimeOutAreToldOnceToOneNode() {
        SessionManager first = manager();
        SessionManager second = manager();
        listen("first", first);
        listen("second", second);
        List<Session> sessions = IntStream.range(0, 200)
                .mapToObj(i -> stored(i % 2 == 0 ? first : second, "cart " + i))
                .toList();
        await().atMost(LIMIT).until(() -> told.size() >= sessions.size());
        assertOnlyNotesAreLeft();
        assertThat(told).hasSize(sessions.size());
        Map<SessionId, List<Told>> byId = told.stream().collect(groupingBy(Told::id));
        for (int i = 0; i < sessions.size(); i++) {
            Told one = Objects.requireNonNull(byId.get(sessions.get(i).id())).get(0);
            assertThat(one.cause()).isEqualTo(EndCause.IDLE);
            assertThat(one.cart()).isEqualTo("cart " + i);
            assertThat(one.attempt()).isEqualTo(1);
        }
        assertThat(told).extracting(Told::node).contains("first", "second");
    }

    @WaitingTest
    void theEndTellsAllThatTheSessionHeldLast() {
        SessionManager sessions = manager();
        List<SessionEnd> ends = new CopyOnWriteArrayList<>();
        opened.add(sessions.listenToEnds(ends::add));
        Session session = stored(sessions, "first");
        session.signIn("ada");
        session.set("large", "x".repeat(10_000));
        sessions.save(session);
        session.set("cart", "second");
        sessions.save(session);
        await().atMost(LIMIT).until(() -> !ends.isEmpty());
        SessionEnd end = ends.get(0);
        assertThat(end.id()).isEqualTo(session.id());
        assertThat(end.principal()).contains("ada");
        assertThat(end.labels()).isEqualTo(Map.of("browser", "Lynx"));
        assertThat(end.createdAt()).isEqualTo(session.createdAt());
        assertThat(end.lastAccessedAt()).isBetween(session.createdAt(), Instant.now());
        assertThat(end.names()).containsExactlyInAnyOrder("cart", "large");
        assertThat(end.<String>get("cart")).isEqualTo("second");
        assertThat(end.<String>get("large")).hasSize(10_000);
        assertThat(end.<String>get("none")).isNull();
        assertThat(end.toString()).doesNotContain("second");
    }

    @WaitingTest
    void eachCauseIsTold() {
        SessionManager sessions =
                manager(builder -> builder.idleTimeout(Duration.ofMinutes(30)).absoluteTimeout(Duration.ofHours(1)));
        listen("node", sessions);
        SessionManager brief =
                manager(builder -> builder.idleTimeout(Duration.ofMinutes(30)).absoluteTimeout(IDLE));
        SessionManager strict = manager(builder -> builder.idleTimeout(Duration.ofMinutes(30))
                .maxSessionsPerPrincipal(1)
                .whenLimitReached(LimitPolicy.END_OLDEST));
        listen("node", brief);
        Session absolute = stored(brief, "absolute");
        Session signedOut = stored(sessions, "signed out");
        sessions.revoke(signedOut);
        Session byId = stored(sessions, "by id");
        sessions.revoke(byId.id());
        Session taken = stored(sessions, "taken");
        assertThat(sessions.revokeAndGet(taken).orElseThrow().<String>get("cart"))
                .isEqualTo("taken");
        Session other = signedIn(sessions, "ada");
        Session own = signedIn(sessions, "ada");
        assertThat(sessions.revokeOthers(own)).isEqualTo(1);
        assertThat(sessions.revokeAll("ada")).isEqualTo(1);
        Session indexed = stored(sessions, "indexed");
        indexed.index("tenant", "acme");
        sessions.save(indexed);
        assertThat(sessions.revokeByIndex("tenant", "acme")).isEqualTo(1);
        Session oldest = signedIn(strict, "bob");
        signedIn(strict, "bob");
        assertTold(absolute, EndCause.ABSOLUTE);
        assertTold(signedOut, EndCause.SIGNED_OUT);
        assertTold(byId, EndCause.REVOKED_ID);
        assertTold(taken, EndCause.SIGNED_OUT);
        assertTold(other, EndCause.REVOKED_OTHERS);
        assertTold(own, EndCause.REVOKED_ALL);
        assertTold(indexed, EndCause.REVOKED_INDEX);
        assertTold(oldest, EndCause.LIMIT);
        assertThat(told).hasSize(8);
    }

    private Session signedIn(SessionManager sessions, String principal) {
        Session session = stored(sessions, principal);
        session.signIn(principal);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private void assertTold(Session session, EndCause cause) {
        Told one = awaitTold(session.id());
        assertThat(one.cause()).isEqualTo(cause);
        assertThat(one.cart()).isNotNull();
    }

    @WaitingTest
    void aSessionThatIsUsedLivesAndIsNotTold() {
        SessionManager sessions = manager();
        listen("node", sessions);
        Session used = stored(sessions, "used");
        Session idle = stored(sessions, "idle");
        long start = System.nanoTime();
        int changes = 0;
        while (System.nanoTime() - start < IDLE.multipliedBy(2).toNanos()) {
            Session found = sessions.find(used.token()).orElseThrow();
            found.set("cart", ++changes);
            assertThat(sessions.save(found)).isEqualTo(SaveOutcome.SAVED);
            LockSupport.parkNanos(1_000_000); // Others run beside it.
        }
        awaitTold(idle.id());
        assertThat(told).hasSize(1);
        assertThat(sessions.find(used.token())).isPresent();
        assertThat(awaitTold(used.id()).cart()).isEqualTo(changes);
    }

    @WaitingTest
    void clocksOfNodesThatDifferChangeNothing() {
        InstantSource ahead = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10));
        InstantSource behind = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10));
        SessionManager first = manager(builder -> builder.clock(ahead));
        SessionManager second = manager(builder -> builder.clock(behind));
        Session one = stored(first, "ahead");
        Session two = stored(second, "behind");
        EndWatch watch = listen("first", first);
        listen("second", second);
        int round = 0;
        for (int i = 0; i < 10; i++) {
            for (SessionManager node : List.of(first, second)) {
                for (Session session : List.of(one, two)) {
                    Session found = node.find(session.token()).orElseThrow();
                    found.set("round", ++round);
                    assertThat(node.save(found)).isEqualTo(SaveOutcome.SAVED);
                }
            }
        }
        assertThat(told).isEmpty();
        assertThat(awaitTold(one.id()).cause()).isEqualTo(EndCause.IDLE);
        assertThat(awaitTold(two.id()).cause()).isEqualTo(EndCause.IDLE);
        assertOnlyNotesAreLeft();
        assertThat(told).hasSize(2);
        watch.close();
    }

    @WaitingTest
    void aLifeThatIsMadeShorterEndsThen() {
        SessionManager sessions = manager(builder -> builder.idleTimeout(Duration.ofHours(8)));
        listen("node", sessions);
        Session session = stored(sessions, "short");
        session.setIdleTimeout(IDLE);
        sessions.save(session);
        assertThat(awaitTold(session.id()).cart()).isEqualTo("short");
    }

    @WaitingTest
    void aListenerThatFailsIsToldAgain() {
        Queue<@Nullable Duration> retries = new ConcurrentLinkedQueue<>();
        SessionManager sessions = manager(builder -> builder.observer(new SessionObserver() {
            @Override
            public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
                retries.add(Objects.requireNonNull(retryIn));
            }
        }));
        opened.add(sessions.listenToEnds(end -> {
            add("node", end);
            if (end.attempt() < 3) {
                throw new IllegalStateException("The mail server is away");
            }
        }));
        Session session = stored(sessions, "again");
        await().atMost(LIMIT).until(() -> told.size() == 3);
        assertOnlyNotesAreLeft();
        assertThat(told).extracting(Told::attempt).containsExactly(1, 2, 3);
        assertThat(told).allMatch(one -> one.id().equals(session.id()) && "again".equals(one.cart()));
        assertThat(retries).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @WaitingTest
    void anEndIsGivenUpAfterTenTries() {
        Queue<SessionId> givenUp = new ConcurrentLinkedQueue<>();
        SessionManager sessions = manager(builder -> builder.observer(new SessionObserver() {
            @Override
            public void endNotTold(SessionId id, @Nullable Duration retryIn, Throwable cause) {
                if (retryIn == null) {
                    givenUp.add(id);
                }
            }
        }));
        RedisStore store = store();
        SessionEnds ends = store.ends().orElseThrow();
        Session session = stored(sessions, "poison");
        sessions.revoke(session.id());
        for (int i = 0; i < 9; i++) {
            ends.look(session.id()).toCompletableFuture().join(); // As nodes that died while they told it.
        }
        opened.add(sessions.listenToEnds(end -> {
            add("node", end);
            throw new IllegalStateException("It always fails");
        }));
        await().atMost(LIMIT).until(() -> !givenUp.isEmpty());
        assertOnlyNotesAreLeft();
        assertThat(told).extracting(Told::attempt).containsExactly(10);
        assertThat(givenUp).containsExactly(session.id());
    }

    @WaitingTest
    void whatADeadNodeHasClaimedIsHandedOn() {
        UnaryOperator<SessionSettings.Builder> longer = builder -> builder.idleTimeout(IDLE.multipliedBy(2));
        SessionManager sessions = manager(longer);
        SessionEnds dead = store().ends().orElseThrow();
        Session session = stored(sessions, "inherited");
        int shard = SessionEnds.shard(session.id());
        await().atMost(LIMIT)
                .until(() ->
                        dead.claim(shard, 10, Duration.ofMillis(500)).toCompletableFuture().join().sessions().stream()
                                .map(DueSession::claim)
                                .anyMatch(claim -> claim.id().equals(session.id())));
        Queue<SessionId> handedOn = new ConcurrentLinkedQueue<>();
        SessionManager heir = manager(builder -> longer.apply(builder).observer(new SessionObserver() {
            @Override
            public void endHandedOn(SessionId id) {
                handedOn.add(id);
            }
        }));
        Session found = sessions.find(session.token()).orElseThrow();
        found.set("cart", "changed");
        sessions.save(found);
        listen("heir", heir);
        assertThat(awaitTold(session.id()).cart()).isEqualTo("changed");
        assertThat(handedOn).containsExactly(session.id());
    }

    @WaitingTest
    void aRevocationWhoseNodeDiesIsToldByAnother() {
        SessionManager dies = manager(builder -> builder.idleTimeout(Duration.ofHours(1)));
        Session session = stored(dies, "cart");
        assertThat(dies.revoke(session)).isTrue(); // No listener runs in that process.
        assertThat(dies.find(session.token())).isEmpty();
        listen("heir", manager());
        assertTold(session, EndCause.SIGNED_OUT);
        assertOnlyNotesAreLeft();
    }

    @WaitingTest
    void closingHandsBackWhatWasClaimed() throws Exception {
        SessionManager sessions = manager();
        CountDownLatch running = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        EndWatch slow = sessions.listenToEnds(end -> {
            running.countDown();
            go.await();
            add("slow", end);
        });
        List<Session> all = IntStream.range(0, 40)
                .mapToObj(i -> stored(sessions, "cart " + i))
                .toList();
        running.await();
        await().atMost(LIMIT)
                .until(() -> all.stream()
                        .allMatch(session -> sessions.find(session.token()).isEmpty()));
        Thread closing = new Thread(slow::close);
        closing.start();
        await().atMost(LIMIT)
                .until(() -> closing.getState() == Thread.State.TIMED_WAITING); // For the listeners at work.
        go.countDown();
        closing.join();
        long start = System.nanoTime();
        listen("next", manager());
        await().atMost(LIMIT).until(() -> told.size() >= all.size());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertOnlyNotesAreLeft();
        assertThat(told).hasSize(all.size());
        assertThat(told.stream().filter(one -> one.node().equals("slow"))).hasSizeBetween(4, 8);
        slow.close();
    }

    @WaitingTest
    void whyASessionEndedIsToldToWhoHasItsSecret() {
        SessionManager sessions = manager(builder -> builder.idleTimeout(Duration.ofHours(1)));
        listen("node", sessions);
        Session session = stored(sessions, "cart");
        SessionToken token = session.token();
        assertThat(sessions.ended(token)).isEmpty();
        sessions.revoke(session.id());
        awaitTold(session.id());
        await().atMost(LIMIT).until(() -> sessions.ended(token).isPresent());
        PastSession past = sessions.ended(token).orElseThrow();
        assertThat(past.cause()).isEqualTo(EndCause.REVOKED_ID);
        assertThat(past.endedAt()).isBetween(session.createdAt(), Instant.now());
        String wrong = token.reveal().substring(0, 45) + (token.reveal().endsWith("A") ? "B" : "A");
        assertThat(sessions.ended(SessionToken.parse(wrong).orElseThrow())).isEmpty();
    }
}
