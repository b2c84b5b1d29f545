package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.connection.OpenChannels;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store behind sentinels follows the master, whatever becomes of the old one. */
@Tag("slow")
@Tag("any-jdk")
class SentinelTest {

    private static final RedisSentinels SENTINELS = RedisSentinels.start();

    private final RedisStore store = RedisStore.connect(SENTINELS.uri());
    private final Calls calls = new Calls(store);

    @AfterAll
    static void stop() {
        SENTINELS.close();
    }

    @AfterEach
    void close() {
        store.close();
        SENTINELS.sentinels().stream().filter(one -> !one.isRunning()).forEach(RedisServer::restart);
        SENTINELS.servers().stream().filter(one -> !one.isRunning()).forEach(RedisServer::restart);
        SENTINELS.awaitWhole();
    }

    /** Writes until it works, and tells the id. */
    private SessionId written(Duration limit) {
        SessionId id = newId();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(limit)
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(calls.create(id)), reply -> true);
        return id;
    }

    /** That writes go to a server within a second (more on a busy machine), and to no other from then on. */
    private void assertFollowed(RedisServer master) {
        try (RedisProbe probe = master.probe()) {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(4))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> {
                        SessionId id = newId();
                        return answer(calls.create(id)).equals(CommitResult.APPLIED)
                                && probe.keys().contains("sojourn:" + id);
                    });
        }
        assertStoredAt(master, written(Duration.ofSeconds(4)));
    }

    private static void assertStoredAt(RedisServer server, SessionId id) {
        try (RedisProbe probe = server.probe()) {
            assertThat(probe.keys()).contains("sojourn:" + id);
        }
    }

    @Test
    void aFailoverInOrderIsFollowedAtOnceThoughTheOldMasterStillTakesWrites() {
        written(Duration.ofSeconds(5));
        RedisServer next = SENTINELS.failOver();
        assertFollowed(next);
    }

    @Test
    void aMasterThatDiedIsReplacedAndTheScriptsGoToTheNewOne() {
        RedisServer old = SENTINELS.master();
        SessionId before = written(Duration.ofSeconds(5));
        Replication.await(old, 2);
        old.kill();
        RedisServer next = SENTINELS.awaitOtherMaster(old);
        assertFollowed(next);
        assertThat(answer(calls.load(before))).isPresent();
        try (RedisProbe probe = next.probe()) {
            assertThat(probe.commandStats()).doesNotContainKey("eval");
        }
    }

    @Test
    void aMasterThatWasSilentAndComesBackIsNotTakenForTheMaster() {
        RedisServer old = SENTINELS.master();
        written(Duration.ofSeconds(5));
        old.pause();
        try {
            RedisServer next = SENTINELS.awaitOtherMaster(old);
            assertFollowed(next);
            old.resume();
            assertFollowed(next);
        } finally {
            old.resume();
        }
    }

    @Test
    void someSentinelsMayBeAway() {
        SENTINELS.sentinels().get(0).kill();
        try (RedisStore late = RedisStore.connect(SENTINELS.uri())) {
            late.ping();
        }
        RedisServer next = SENTINELS.failOver();
        assertFollowed(next);
        RedisServer silent = SENTINELS.sentinels().get(1);
        silent.pause();
        try (RedisStore late = RedisStore.connect(SENTINELS.uri())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(new Calls(late).load(newId())).isEmpty());
        } finally {
            silent.resume();
        }
    }

    @Test
    void anAddressOfIpv6IsWrittenInOneWay() {
        for (String host : new String[] {"::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001"}) {
            assertThat(OpenChannels.address(host, 6379)).isEqualTo("[::1]:6379");
        }
        assertThat(OpenChannels.address("127.0.0.1", 6379)).isEqualTo("127.0.0.1:6379");
        assertThat(OpenChannels.address("redis.example", 6379)).isEqualTo("redis.example:6379");
    }

    /** Sentinels write its address as {@code ::1}, and Java as {@code 0:0:0:0:0:0:0:1}. */
    @Test
    void aMasterAndSentinelsThatHaveAddressesOfIpv6AreNotLeft() throws IOException {
        RedisServer watching = SENTINELS.sentinels().get(0);
        InetAddress loopback = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        assumeTrue(isOfThisMachine(loopback), "Left out: this machine has no address of IPv6");
        try (RedisServer master = io.sojourn.testkit.RedisServers.start();
                Relay toMaster = new Relay(master.port(), loopback);
                Relay toSentinel = new Relay(watching.port(), loopback);
                RedisProbe probe = master.probe();
                RedisProbe sentinel = watching.probe()) {
            sentinel.call("SENTINEL", "MONITOR", "six", "::1", Integer.toString(toMaster.port()), "1");
            try (RedisStore six = RedisStore.connect("redis-sentinel://[::1]:" + toSentinel.port() + "/0#six")) {
                Calls sixCalls = new Calls(six);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .until(() -> answer(sixCalls.create(newId())).equals(CommitResult.APPLIED));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .until(() ->
                                String.valueOf(sentinel.call("CLIENT", "LIST")).contains(" cmd=subscribe"));
                String client = writer(probe);
                // A sentinel is asked right after the subscription, and a subscription that was lost is made again
                // after half a second.
                Awaitility.await()
                        .during(Duration.ofSeconds(2))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> writer(probe).equals(client));
            } finally {
                sentinel.call("SENTINEL", "REMOVE", "six");
            }
        }
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try (ServerSocket listening = new ServerSocket(0, 0, address)) {
            return listening.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The id of the connection by which something was written last. */
    private static String writer(RedisProbe probe) {
        return String.valueOf(probe.call("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" cmd=evalsha "))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElse("none");
    }

    @Test
    void aServerThatBecameAReplicaIsLeftWhenItRefusesAWrite() {
        try (RedisServer alone = io.sojourn.testkit.RedisServers.start();
                RedisServer master = io.sojourn.testkit.RedisServers.start();
                RedisStore plain = RedisStore.connect(alone.uri());
                RedisProbe probe = alone.probe()) {
            Calls plainCalls = new Calls(plain);
            assertThat(answer(plainCalls.create(newId()))).isEqualTo(CommitResult.APPLIED);
            String client = clientId(probe);
            probe.call("REPLICAOF", RedisServer.HOST, Integer.toString(master.port()));
            Awaitility.await().until(() -> {
                plainCalls.create(newId()).handle((reply, failure) -> "").join();
                return !clientId(probe).equals(client);
            });
            probe.call("REPLICAOF", "NO", "ONE");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(1))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> answer(plainCalls.create(newId())).equals(CommitResult.APPLIED));
        }
    }

    /** The id of the store's connection, as the server has it. */
    private static String clientId(RedisProbe probe) {
        return String.valueOf(probe.call("CLIENT", "LIST", "TYPE", "normal"))
                .lines()
                .filter(line -> !line.contains("cmd=client")) // That is the one that asks.
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElse("none");
    }
}
