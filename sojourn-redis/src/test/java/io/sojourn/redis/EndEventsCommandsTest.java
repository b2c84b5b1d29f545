package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code endEvents} costs: one command when a session is created and one when it is ended on purpose. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class EndEventsCommandsTest {

    /** A line of {@code MONITOR} that a client has caused, and the command in it. */
    private static final Pattern OF_CLIENT = Pattern.compile("\\[\\d+ (?!lua)[^\\]]+\\] \"(\\w+)\".*");

    /** In a script, and how many entries it asks for. */
    private static final Pattern LOOK_FOR_ENTRY = Pattern.compile("(?i) lua\\] \"xrevrange\".*\"count\" \"(\\d+)\"");

    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    private final RedisStore store;
    private final RedisServer server;
    private final RedisProbe probe;
    private final RedisMonitor monitor;
    private int seen;

    EndEventsCommandsTest(RedisServer server) {
        this.server = server;
        store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .startupProbe(false)
                .connect();
        probe = server.probe();
        probe.call("FLUSHDB");
        SessionManager on = manager(true);
        on.revoke(created(on)); // Leaves the scripts with the server.
        monitor = probe.monitor();
    }

    @AfterEach
    void close() {
        monitor.close();
        probe.close();
        store.close();
    }

    private SessionManager manager(boolean endEvents) {
        return SessionManager.create(
                store,
                SessionSettings.builder().clock(clock).endEvents(endEvents).build());
    }

    private static Session created(SessionManager sessions) {
        Session session = sessions.create();
        session.set("a", 1);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    /** The commands of clients since the last look. */
    private List<String> sent() {
        store.ping(); // After what nobody has waited for.
        List<String> all = monitor.lines();
        List<String> commands = new ArrayList<>();
        for (String line : all.subList(seen, all.size())) {
            Matcher command = OF_CLIENT.matcher(line.substring(line.indexOf('[')));
            if (command.matches() && !command.group(1).equalsIgnoreCase("ping")) {
                commands.add(command.group(1).toUpperCase(java.util.Locale.ROOT));
            }
        }
        seen = all.size();
        return commands;
    }

    private List<List<String>> life(SessionManager sessions) {
        List<List<String>> life = new ArrayList<>();
        List<String> unused = sent();
        Session session = created(sessions);
        life.add(sent());
        Session found = sessions.find(session.token()).orElseThrow();
        sessions.save(found);
        life.add(sent());
        found.set("a", 2);
        sessions.save(found);
        life.add(sent());
        found.signIn("ada");
        sessions.save(found);
        life.add(sent());
        clock.advance(Duration.ofMinutes(2));
        Session used = sessions.find(found.token()).orElseThrow();
        sessions.save(used);
        life.add(sent());
        assertThat(sessions.revoke(used)).isTrue();
        life.add(sent());
        return life;
    }

    @Test
    void onlyCreationAndRevocationSendOneCommandMore() {
        List<List<String>> off = life(manager(false));
        List<List<String>> on = life(manager(true));
        assertThat(off)
                .containsExactly(
                        List.of("EVALSHA"), // creation
                        List.of("HGETALL"),
                        List.of("EVALSHA"), // change
                        List.of("EVALSHA", "EVALSHA"), // sign-in, with the entry in the index
                        List.of("HGETALL", "EVALSHA"), // touch
                        List.of("EVALSHA", "EVALSHA")); // revocation, and the index
        assertThat(on)
                .containsExactly(
                        List.of("EVALSHA", "EVALSHA"),
                        off.get(1),
                        off.get(2),
                        off.get(3),
                        off.get(4),
                        List.of("EVALSHA", "EVALSHA", "EVALSHA"));
    }

    @Test
    void withoutTheOptionThereAreNoMoreKeysAndNoMoreThreads() {
        probe.call("FLUSHDB");
        SessionManager off = manager(false);
        Session session = created(off);
        assertThat(probe.keys()).isEqualTo(Set.of("sojourn:" + session.id()));
        off.revoke(session);
        assertThat(probe.keys()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("sojourn-ends"));
    }

    /** It asks again after 15 seconds: see the test of the search itself, whose time passes faster. */
    @Test
    void anIdleNodeSendsOneCommandForEachShardAndWithoutTheOptionNone() {
        SessionEnds ends = store.ends().orElseThrow();
        ends.claim(0, 1, Duration.ofSeconds(1)).toCompletableFuture().join(); // Leaves the script with the server.
        probe.call("FLUSHDB");
        List<String> commands = sent();
        commands.clear();
        SessionManager off = manager(false);
        assertThat(off.find(off.create().token())).isEmpty();
        assertThat(sent()).containsExactly("HGETALL");
        try (EndWatch watch = manager(true).listenToEnds(end -> {})) {
            assertThat(watch).isNotNull();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                commands.addAll(sent());
                return commands.size() >= SessionEnds.SHARDS;
            });
            LockSupport.parkNanos(500_000_000);
            commands.addAll(sent());
            assertThat(commands).hasSize(SessionEnds.SHARDS).containsOnly("EVALSHA");
        }
        assertThat(sent()).isEmpty();
    }

    /** A client that sends random tokens, or those of sessions that have ended, causes what it causes without the option. */
    @Test
    void aTokenThatOpensNothingCostsOneLoad() {
        for (boolean endEvents : List.of(false, true)) {
            SessionManager sessions = manager(endEvents);
            List<String> unused = sent();
            for (int i = 0; i < 100; i++) {
                assertThat(sessions.lookup(sessions.create().token())).isEqualTo(new Lookup.Absent());
            }
            assertThat(sent()).hasSize(100).containsOnly("HGETALL");
        }
        SessionManager sessions = manager(true);
        Session session = created(sessions);
        sessions.revoke(session);
        SessionEnds ends = store.ends().orElseThrow();
        ends.told(
                        session.id(),
                        new PastEnd("LIMIT", clock.instant(), session.token().verifier()),
                        null)
                .toCompletableFuture()
                .join();
        List<String> unused = sent();
        assertThat(sessions.lookup(session.token())).isEqualTo(new Lookup.Absent());
        assertThat(sessions.lastKnownEnd(session.token()).orElseThrow().cause()).isEqualTo(EndCause.LIMIT);
        SessionManager off = manager(false);
        assertThat(off.lookup(session.token())).isEqualTo(new Lookup.Absent());
        assertThat(off.lastKnownEnd(session.token())).isEmpty();
        assertThat(sent()).containsExactly("HGETALL", "HGETALL");
    }

    /** As if no node had listened for a day. */
    @Test
    void entriesThatNobodyAsksForLeaveWhenOthersAreMade() {
        SessionEnds ends = store.ends().orElseThrow();
        SessionId id = SessionId.random(new SecureRandom());
        String shard = "sojourn:@due:" + SessionEnds.shard(id);
        long now = System.currentTimeMillis();
        long day = SessionEnds.FORGOTTEN.toMillis();
        for (int i = 0; i < 30; i++) {
            probe.call("ZADD", shard, Long.toString(now - day - 600_000 - i), "forgotten-" + i);
        }
        probe.call("ZADD", shard, Long.toString(now - day + 600_000), "late");
        for (int i = 0; i < 2; i++) { // Each makes room for some, so that none takes long.
            assertThat(ends.enter(id, Duration.ofMinutes(5))
                            .toCompletableFuture()
                            .join())
                    .isTrue();
        }
        assertThat(probe.call("ZCOUNT", shard, "-inf", Long.toString(now - day)))
                .isEqualTo(0L);
        assertThat(probe.call("ZSCORE", shard, "late")).isNotNull();
        assertThat(probe.ttlMillis(shard)).isPositive();
    }

    /** As if a failover had lost entries that were read, to a server whose clock is behind; and if another program has written there. */
    @Test
    void everyNodeReadsOfAnEndAlthoughTheStreamWasOverwrittenOrSetBack() {
        String stream = "sojourn:@told";
        SessionId id = SessionId.random(new SecureRandom());
        probe.call("SET", stream, "of another program");
        String start = shared(null).position();
        PastEnd end = new PastEnd("LIMIT", clock.instant(), new byte[0]);
        store.ends().orElseThrow().told(id, end, "a node").toCompletableFuture().join();
        probe.call("XADD", stream, "*", "of", "another program");
        SharedEnds read = shared(start);
        assertThat(read.ends()).containsExactly(new SharedEnds.End(id, "LIMIT", "a node", clock.instant()));
        assertThat(shared(read.position()).ends()).isEmpty();
        SharedEnds again =
                shared(System.currentTimeMillis() + Duration.ofHours(1).toMillis() + "-0");
        assertThat(again).isEqualTo(read);
        assertThat(probe.ttlMillis(stream)).isPositive();
    }

    @Test
    void aReaderThatFellBehindTheStreamIsToldHowManyEndsItHasMissed() {
        String stream = "sojourn:@told";
        probe.call("DEL", stream);
        String start = shared(null).position();
        SessionEnds ends = store.ends().orElseThrow();
        for (int i = 0; i < 5; i++) {
            tell(ends, SessionId.random(new SecureRandom()));
        }
        SharedEnds all = shared(start);
        assertThat(all.ends()).hasSize(5);
        assertThat(all.missed()).isZero();
        probe.call("XTRIM", stream, "MAXLEN", "2");
        SharedEnds late = shared(start);
        assertThat(late.ends()).isEqualTo(all.ends().subList(3, 5));
        assertThat(late.missed()).isEqualTo(3);
        assertThat(late.position()).isEqualTo(all.position());
        probe.call("DEL", stream); // As when no session has ended for an hour.
        SharedEnds none = shared(late.position());
        tell(ends, SessionId.random(new SecureRandom()));
        SharedEnds next = shared(none.position());
        assertThat(next.ends()).hasSize(1);
        assertThat(next.missed()).isZero();
    }

    private void tell(SessionEnds ends, SessionId id) {
        ends.told(id, new PastEnd("LIMIT", clock.instant(), new byte[0]), "a node")
                .toCompletableFuture()
                .join();
    }

    /** No replica has it, so that it fails each time; and once its answer comes too late. */
    @Test
    void anEndWhoseNoteIsRepeatedIsInTheStreamOnce() {
        String stream = "sojourn:@told";
        probe.call("DEL", stream);
        PastEnd end = new PastEnd("LIMIT", clock.instant(), new byte[0]);
        SessionId id = SessionId.random(new SecureRandom());
        try (RedisStore durable = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .durability(1, Duration.ofMillis(10))
                .connect()) {
            SessionEnds ends = durable.ends().orElseThrow();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> ends.told(id, end, "a node")
                                .toCompletableFuture()
                                .join())
                        .hasCauseInstanceOf(StoreUnavailableException.class);
            }
        }
        assertThat(probe.call("XLEN", stream)).isEqualTo(1L);
        assertThat(probe.hash("sojourn:" + id)).containsKey("ended");
        SessionId late = SessionId.random(new SecureRandom());
        try (RedisStore hasty = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofMillis(200))
                .startupProbe(false)
                .connect()) {
            SessionEnds ends = hasty.ends().orElseThrow();
            probe.call("CLIENT", "PAUSE", "1500");
            assertThatThrownBy(() ->
                            ends.told(late, end, "a node").toCompletableFuture().join())
                    .hasCauseInstanceOf(StoreUnavailableException.class);
            await().atMost(Duration.ofSeconds(20)).until(() -> isTold(ends, late, end));
        }
        assertThat(probe.call("XLEN", stream)).isEqualTo(2L);
        assertThat(probe.hash("sojourn:" + late)).containsKey("ended");
        List<Integer> looks = monitor.lines().stream()
                .map(LOOK_FOR_ENTRY::matcher)
                .filter(Matcher::find)
                .map(look -> Integer.valueOf(look.group(1)))
                .toList();
        assertThat(looks)
                .contains(100)
                .allMatch(count -> count <= 100); // More would hold the server up, if many are repeated.
    }

    private static boolean isTold(SessionEnds ends, SessionId id, PastEnd end) {
        return ends.told(id, end, "a node")
                .handle((done, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    private SharedEnds shared(@Nullable String after) {
        return store.ends()
                .orElseThrow()
                .shared(after, 10)
                .toCompletableFuture()
                .join();
    }

    @Test
    void theOptionStoresNoByteMoreInASession() {
        Session off = created(manager(false));
        Session on = created(manager(true));
        assertThat(bytes(on)).isEqualTo(bytes(off));
    }

    private Map<String, Integer> bytes(Session session) {
        Map<String, Integer> bytes = new HashMap<>();
        probe.hash("sojourn:" + session.id()).forEach((field, value) -> bytes.put(field, value.length));
        return bytes;
    }
}
