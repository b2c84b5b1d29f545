package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.ends.DueSession;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that answers, but refuses: no memory, no writes, no rights. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
@Tag("slow")
@Tag("any-jdk")
class RefusalsTest {

    /** What the store's user needs, on the keys of its prefix. PING is for {@link RedisStore#ping()} alone. */
    private static final List<String> LEAST_RIGHTS = List.of(
            "+hgetall",
            "+evalsha",
            "+eval",
            "+exists",
            "+hget",
            "+hmget",
            "+hset",
            "+hdel",
            "+pexpire",
            "+persist",
            "+unlink",
            "+pexpireat",
            "+time",
            "+zadd",
            "+zcount",
            "+zrange",
            "+zrangebyscore",
            "+zrem",
            "+zremrangebyscore",
            "+zscore");

    private final RedisServer server;
    private final RedisProbe probe;

    RefusalsTest(RedisServer server) {
        this.server = server;
        this.probe = server.probe();
    }

    @BeforeEach
    void asItWas() {
        probe.call("CONFIG", "SET", "maxmemory", "0");
        probe.call("CONFIG", "SET", "requirepass", "");
    }

    @AfterEach
    void close() {
        probe.close();
    }

    private static void assertRefused(ThrowingCallable call, String why) {
        assertThatThrownBy(call)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("s3cret");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aServerOutOfMemoryRefusesAWriteWholly() {
        try (RedisStore store = Servers.connectTo(server.uri())) {
            Calls calls = new Calls(store);
            SessionId id = newId();
            answer(store.commit(new SessionWrite(
                    id,
                    0,
                    1,
                    Instant.EPOCH,
                    Duration.ofMinutes(5),
                    Map.of("r", bytes("r"), "a:x", bytes("x")),
                    Set.of())));
            Map<String, byte[]> before = probe.hash("sojourn:" + id);
            probe.call("CONFIG", "SET", "maxmemory", "1");
            SessionId never = newId();
            assertRefused(() -> answer(calls.create(never)), "OOM");
            assertRefused(
                    () -> answer(store.commit(new SessionWrite(
                            id, 1, 2, Instant.EPOCH, null, Map.of("r", bytes("r".repeat(10_000))), Set.of("a:x")))),
                    "OOM");
            assertThat(probe.hash("sojourn:" + never)).isEmpty();
            assertThat(probe.hash("sojourn:" + id)).usingRecursiveComparison().isEqualTo(before);
            assertThat(probe.ttlMillis("sojourn:" + id)).isPositive();
            assertThat(answer(calls.load(id))).isPresent();

            probe.call("CONFIG", "SET", "maxmemory", "0");
            assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void aServerOutOfMemoryStillExtendsAndEndsSessions() {
        try (RedisStore store = Servers.connectTo(server.uri())) {
            Calls calls = new Calls(store);
            SessionId id = newId();
            answer(calls.create(id));
            probe.call("PEXPIRE", "sojourn:" + id, "30000");
            probe.call("CONFIG", "SET", "maxmemory", "1");
            assertThat(answer(calls.touch(id, 1))).isTrue();
            assertThat(probe.ttlMillis("sojourn:" + id)).isGreaterThan(60_000);
            assertThat(answer(calls.load(id)).orElseThrow().touchedAt()).isEqualTo(Instant.EPOCH.plusMillis(1));
            assertThat(answer(calls.delete(id))).isTrue();
        }
    }

    @Test
    void aReplicaAnswersButRefusesWritesUntilItIsPromoted() {
        probe.call("CONFIG", "SET", "repl-diskless-sync-delay", "0"); // Else it waits for more replicas.
        try (RedisServer replica =
                        RedisServers.start(server.binary(), "replicaof " + RedisServer.HOST + " " + server.port());
                RedisProbe replicaProbe = replica.probe();
                RedisStore primaryStore = RedisStore.connect(server.uri());
                RedisStore replicaStore = RedisStore.connect(replica.uri())) {
            SessionId id = newId();
            answer(new Calls(primaryStore).create(id));
            Calls calls = new Calls(replicaStore);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptions()
                    .until(() -> answer(calls.load(id)).isPresent());
            assertRefused(() -> answer(calls.change(id, 1, 2)), "READONLY");
            // The store has connected anew by then, in case that the master is found under the same name now.
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertRefused(() -> answer(calls.create(newId())), "READONLY"));
            assertRefused(() -> answer(calls.touch(id, 1)), "READONLY");
            assertRefused(() -> answer(calls.delete(id)), "READONLY");
            assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(1);
            replicaProbe.call("REPLICAOF", "NO", "ONE");
            assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void aMissingOrWrongPasswordIsToldAndNotRepeated() {
        probe.call("CONFIG", "SET", "requirepass", "s3cret");
        try (RedisStore none = RedisStore.connect(server.uri());
                RedisStore wrong = RedisStore.builder()
                        .uri(server.uri())
                        .password("wrong s3cret")
                        .connect();
                RedisStore right = RedisStore.builder()
                        .uri(server.uri())
                        .password("s3cret")
                        .connect()) {
            // Of the very first try Lettuce now and then tells less.
            Awaitility.await().untilAsserted(() -> {
                assertRefused(() -> answer(new Calls(none).load(newId())), "NOAUTH");
                assertRefused(none::ping, "NOAUTH");
                assertRefused(() -> answer(new Calls(wrong).create(newId())), "WRONGPASS");
            });
            assertThat(answer(new Calls(right).create(newId()))).isEqualTo(CommitResult.APPLIED);
            // Once the server takes it, the store comes by itself.
            probe.call("CONFIG", "SET", "requirepass", "");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .ignoreExceptions()
                    .until(() -> answer(new Calls(none).load(newId())).isEmpty());
        }
    }

    private RedisStore connectAs(String user, List<String> rights) {
        List<String> command =
                new ArrayList<>(List.of("ACL", "SETUSER", user, "reset", "on", ">s3cret", "~sojourn:*", "-@all"));
        command.addAll(rights);
        probe.call(command.toArray(String[]::new));
        return RedisStore.builder()
                .uri(server.uri())
                .user(user, "s3cret")
                .timeout(Duration.ofSeconds(10))
                .connect();
    }

    /** Every command that the store ever sends, and every branch of its scripts. */
    private void useEverything(RedisStore store) {
        Calls calls = new Calls(store);
        SessionId id = newId();
        probe.call("SCRIPT", "FLUSH");
        answer(calls.create(id));
        assertThat(answer(calls.load(id))).isPresent();
        assertThat(answer(store.peek(id, "r"))).isPresent();
        answer(calls.change(id, 7, 8));
        answer(store.commit(new SessionWrite(id, 1, 2, Instant.EPOCH, null, Map.of("r", bytes("x")), Set.of("a:x"))));
        assertThat(answer(calls.touch(id, 2))).isTrue();
        assertThat(answer(calls.delete(id))).isTrue();
        assertThat(answer(store.tombstone(id))).isFalse();
        IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, "ada");
        answer(store.enter(new IndexEntry(key, id, null, Binding.unlimited(Duration.ZERO))));
        answer(store.enter(
                new IndexEntry(key, newId(), Duration.ofMinutes(1), new Binding(Duration.ZERO, 0, 1, true))));
        answer(store.enter(new IndexEntry(key, newId(), Duration.ofMinutes(1), null)));
        assertThat(answer(store.page(key, null, 10)).members()).isNotEmpty();
        answer(store.leave(
                key,
                answer(store.mark(key, null)).marked().stream()
                        .map(IndexMember::id)
                        .toList(),
                true));
    }

    @Test
    void aServerOutOfMemoryRefusesASignInAndLetsSessionsInUseAndRevocationsGoOn() {
        try (RedisStore store = Servers.connectTo(server.uri())) {
            IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, "ada");
            SessionId id = newId();
            Binding binding = Binding.unlimited(Duration.ZERO);
            answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(1), binding)));
            String name = "sojourn:@principal:" + key.hash();
            probe.call("CONFIG", "SET", "maxmemory", "1");
            SessionId never = newId();
            assertRefused(() -> answer(store.enter(new IndexEntry(key, never, Duration.ofMinutes(1), binding))), "OOM");
            assertThat(answer(store.page(key, null, 10)).members())
                    .extracting(IndexMember::id)
                    .containsExactly(id);
            answer(store.enter(new IndexEntry(key, id, Duration.ofMinutes(10), null)));
            assertThat(probe.ttlMillis(name))
                    .isGreaterThan(Duration.ofMinutes(5).toMillis());
            assertThat(answer(store.mark(key, null)).marked()).hasSize(1);
            assertThat(answer(store.leave(key, List.of(id), true))).isTrue();
        }
    }

    @Test
    void aServerOutOfMemoryTellsEndsAndTakesNoNewDueTimes() {
        try (RedisStore store = Servers.connectTo(server.uri())) {
            Calls calls = new Calls(store);
            SessionEnds ends = store.ends().orElseThrow();
            Duration lease = Duration.ofSeconds(30);
            SessionId id = newId();
            int shard = SessionEnds.shard(id);
            answer(ends.enter(id, Duration.ofMinutes(5)));
            answer(calls.create(id));
            SessionId forbidden = newId();
            answer(calls.create(forbidden));
            answer(ends.end(forbidden, SessionWrite.ABSENT, "REVOKED_ALL", true));
            answer(store.tombstone(forbidden));
            SessionId endsSoon = newId();
            answer(calls.create(endsSoon));
            probe.call("PEXPIRE", "sojourn:" + endsSoon, "60000");
            String start = answer(ends.shared(null, 10)).position();
            probe.call("CONFIG", "SET", "maxmemory", "1");

            // The copy that is made before a timeout.
            assertThat(answer(ends.look(endsSoon))).isInstanceOf(SessionEnds.State.Ending.class);
            probe.call("PEXPIRE", "sojourn:" + endsSoon, "1");
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(answer(ends.look(endsSoon))).isInstanceOf(SessionEnds.State.Ended.class));
            assertThat(answer(ends.kept(endsSoon))).isPresent();

            SessionId never = newId();
            assertRefused(() -> answer(ends.enter(never, lease)), "OOM");
            assertThat(probe.call("ZSCORE", "sojourn:@due:" + SessionEnds.shard(never), never.toString()))
                    .isNull();
            assertThat(answer(ends.takeOver(id, Duration.ZERO))).isPresent();
            assertThat(answer(ends.end(id, SessionWrite.ABSENT, "SIGNED_OUT", false)))
                    .isEqualTo(CommitResult.APPLIED);
            EndClaim claim = claim(ends, id);
            EndClaim longer = answer(ends.extend(claim, lease)).orElseThrow();
            assertThat(answer(ends.look(id))).isInstanceOf(SessionEnds.State.Ended.class);
            assertThat(answer(ends.handBack(longer, Duration.ZERO, false))).isTrue();
            EndClaim last = claim(ends, id);
            PastEnd end = new PastEnd("SIGNED_OUT", Instant.EPOCH, bytes("verifier"));
            for (SessionId one : List.of(id, forbidden)) {
                assertThat(answer(ends.told(one, end, "a node"))).isTrue();
                assertThat(answer(ends.look(one))).isEqualTo(new SessionEnds.State.Told());
                assertThat(answer(ends.past(one)).orElseThrow().cause()).isEqualTo("SIGNED_OUT");
                assertThat(probe.ttlMillis("sojourn:" + one)).isPositive();
            }
            // Every node can read of them.
            assertThat(answer(ends.shared(start, 10)).ends())
                    .extracting(SharedEnds.End::id)
                    .containsExactly(id, forbidden);
            assertThat(probe.ttlMillis("sojourn:@told")).isPositive();
            assertThat(answer(ends.kept(id))).isPresent();
            assertThat(answer(ends.enter(id, lease))).isTrue();
            assertThat(answer(ends.takeOver(id, lease)).map(EndClaim::id)).contains(last.id());
            assertThat(probe.ttlMillis("sojourn:@due:" + shard)).isGreaterThan(SessionEnds.KEEP.toMillis());
        }
    }

    private static EndClaim claim(SessionEnds ends, SessionId id) {
        return answer(ends.claim(SessionEnds.shard(id), 100, Duration.ofSeconds(30))).sessions().stream()
                .map(DueSession::claim)
                .filter(claim -> claim.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aUserWithTheLeastRightsCanDoEverything() {
        try (RedisStore store = connectAs("least", LEAST_RIGHTS)) {
            useEverything(store);
            assertRefused(store::ping, "NOPERM");
        }
    }

    @Test
    void ofTheLeastRightsNoneCanBeLeftOut() {
        for (String right : LEAST_RIGHTS) {
            List<String> fewer = new ArrayList<>(LEAST_RIGHTS);
            fewer.remove(right);
            try (RedisStore store = connectAs("fewer", fewer)) {
                assertThat(catchThrowable(() -> useEverything(store)))
                        .as("without %s", right)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageMatching("(?s).*(NOPERM|can't run this command|ACL failure).*");
            }
        }
    }

    @Test
    void keysOfAnotherPrefixAreRefused() {
        try (RedisStore owner = connectAs("least", LEAST_RIGHTS);
                RedisStore store = RedisStore.builder()
                        .uri(server.uri())
                        .user("least", "s3cret")
                        .prefix("other")
                        .connect()) {
            useEverything(owner);
            assertRefused(() -> answer(new Calls(store).load(newId())), "NOPERM");
            assertRefused(() -> answer(new Calls(store).create(newId())), "NOPERM");
        }
    }

    private RedisStore connectWithout(String right) {
        List<String> fewer = new ArrayList<>(LEAST_RIGHTS);
        assertThat(fewer.remove(right)).isTrue();
        fewer.add("+ping");
        return connectAs("hasty", fewer);
    }

    @Test
    void whoMayNotSetATimeToLiveLeavesNoKeyWithoutOne() {
        SessionId id = newId();
        try (RedisStore store = connectWithout("+pexpire")) {
            assertRefused(() -> answer(new Calls(store).create(id)), "was refused");
            assertRefused(() -> answer(store.tombstone(id)), "was refused");
            assertThat(probe.keys()).doesNotContain("sojourn:" + id);
        }
    }

    @Test
    void whoMayNotSetATimeToLiveLeavesNoIndexWithoutOne() {
        IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, "grace");
        String name = "sojourn:@principal:" + key.hash();
        IndexEntry signIn = new IndexEntry(key, newId(), Duration.ofMinutes(1), Binding.unlimited(Duration.ZERO));
        IndexEntry touch = new IndexEntry(key, newId(), Duration.ofMinutes(1), null);
        try (RedisStore store = connectWithout("+pexpireat");
                RedisStore other = Servers.connectTo(server.uri())) {
            for (IndexEntry entry : List.of(signIn, touch)) {
                assertRefused(() -> answer(store.enter(entry)), "was refused");
                assertThat(probe.keys()).doesNotContain(name);
            }
            assertRefused(() -> answer(store.mark(key, null)), "was refused");
            assertThat(probe.keys()).doesNotContain(name);

            // What is there stays, and what is over leaves nothing that would be taken for it.
            answer(other.enter(signIn));
            assertRefused(() -> answer(store.enter(touch)), "was refused");
            assertThat(answer(other.page(key, null, 10)).members())
                    .extracting(IndexMember::id)
                    .contains(signIn.id());
            assertThat(probe.ttlMillis(name)).isPositive();
            probe.call("DEL", name);
            probe.call("ZADD", name, "1", newId().toString());
            assertRefused(() -> answer(store.mark(key, null)), "was refused");
            assertThat(probe.keys()).doesNotContain(name);
        }
    }
}
