package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.FakeProxy.Manner;
import io.sojourn.redis.connection.FailureAdvice;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionWrite;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proxies that know fewer commands than Redis, before a real server; and servers that refuse a connection. */
class ProxyTest {

    private static final RedisServer SERVER = RedisServers.start("user shop on >tea ~* +@all");

    /** What Envoy, Predixy and twemproxy do not pass on, and a store may do without. */
    private static final Set<String> UNKNOWN = Set.of("HELLO", "SCRIPT", "INFO", "TIME", "CLIENT", "SELECT");

    private static final Set<String> SCRIPTS = Set.of("EVALSHA", "EVAL");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static void assertKeepsSessions(RedisStore store) {
        SessionId id = newId();
        Calls calls = new Calls(store);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(store.load(id)).isEmpty());
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.touch(id, 2))).isTrue();
        assertThat(answer(store.load(id)).orElseThrow().revision()).isEqualTo(2);
        assertThat(answer(calls.delete(id))).isTrue();
        assertThat(answer(store.load(id))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatDoesNotKnowTheGreetingIsSpokenToInRespTwo(Manner manner) {
        String user = manner == Manner.WANTS_AUTH_FIRST ? "shop:tea@" : "";
        try (FakeProxy proxy = new FakeProxy(SERVER.port(), manner, UNKNOWN);
                LogLines log = new LogLines(proxy.port());
                RedisStore store = RedisStore.connect("redis://" + user + RedisServer.HOST + ":" + proxy.port())) {
            assertKeepsSessions(store);
            assertThat(proxy.refused())
                    .as("what a proxy may leave without an answer is not sent, or answers would be mixed up")
                    .containsOnly("HELLO");
            assertThat(log.lines()).anyMatch(line -> line.contains("RESP2"));
        }
    }

    /** It looks like a proxy that leaves the greeting without an answer, until it is greeted again. */
    @Test
    void aServerThatStandsStillAtTheStartIsSpokenToInRespThreeInTheEnd() throws InterruptedException {
        try (RedisServer server = RedisServers.start();
                RedisProbe probe = server.probe()) {
            server.pause();
            RedisStoreBuilder builder = RedisStore.builder().uri(server.uri()).nearCache(NearCache.create());
            try (RedisStore store = builder.connect()) { // Returns when the first greeting had no answer.
                server.resume();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> store.nearCache().orElseThrow().active());
                assertKeepsSessions(store);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> connections(probe) == 1); // Those that were tried before are closed.
                assertKeepsSessions(store);
            } finally {
                server.resume();
            }
        }
    }

    private static long connections(RedisProbe probe) {
        return String.valueOf(probe.call("CLIENT", "LIST", "TYPE", "normal"))
                .lines()
                .filter(line -> !line.contains("cmd=client")) // That is the one that asks.
                .count();
    }

    @Test
    void aLargeSessionIsLoadedThroughAProxyThatDoesNotKnowTheGreeting() {
        try (FakeProxy proxy = new FakeProxy(SERVER.port(), Manner.REFUSES, UNKNOWN);
                RedisStore store = RedisStore.builder()
                        .host(RedisServer.HOST)
                        .port(proxy.port())
                        .timeout(Duration.ofSeconds(10))
                        .connect()) {
            assertKeepsSessions(store);
            SessionId id = newId();
            Map<String, byte[]> parts = Map.of("r", new byte[] {1}, "a:large", new byte[1 << 20]);
            answer(store.commit(new SessionWrite(id, 0, 1, Instant.EPOCH, Duration.ofMinutes(10), parts, Set.of())));
            assertThat(answer(store.load(id)).orElseThrow().parts().get("a:large"))
                    .hasSize(1 << 20);
            assertThat(proxy.refused()).containsOnly("HELLO");
        }
    }

    @Test
    void withTheSettingItIsNotGreetedAtAll() {
        try (FakeProxy proxy = new FakeProxy(SERVER.port(), Manner.IS_SILENT, UNKNOWN);
                RedisStore store = RedisStore.builder()
                        .host(RedisServer.HOST)
                        .port(proxy.port())
                        .protocol(RedisProtocol.RESP2)
                        .nearCache(NearCache.create())
                        .connect()) {
            assertKeepsSessions(store);
            assertThat(proxy.refused()).isEmpty();
            assertThat(store.nearCache().orElseThrow().active()).isFalse();
        }
    }

    @Test
    void thatScriptsMayNotRunIsToldAtTheStart() {
        try (FakeProxy proxy = new FakeProxy(SERVER.port(), Manner.REFUSES, SCRIPTS);
                LogLines log = new LogLines(proxy.port());
                RedisStore store = RedisStore.connect("redis://" + RedisServer.HOST + ":" + proxy.port())) {
            Awaitility.await()
                    .until(() -> log.lines().stream()
                            .anyMatch(line -> line.contains("unsupported command 'EVALSHA'")
                                    && line.contains("allow EVALSHA, EVAL and SCRIPT LOAD")));
            assertThatThrownBy(() -> answer(new Calls(store).create(newId())))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("unsupported command");
        }
    }

    @Test
    void aFullServerIsToldWithWhatToDo() {
        try (RedisServer small = RedisServers.start("maxclients 1");
                RedisProbe only = small.probe()) {
            assertThat(only.call("PING")).isEqualTo("PONG");
            try (LogLines log = new LogLines(small.port());
                    RedisStore store = RedisStore.connect(small.uri())) {
                // The server may have closed the first connections before they were looked at.
                Awaitility.await()
                        .until(() -> log.lines().stream()
                                .anyMatch(line -> line.contains("max number of clients")
                                        && line.contains("raise its maxclients")));
                assertThat(store.health().reason()).doesNotContain("null");
            }
        }
    }

    @Test
    void whatAServerRefusesThatWasSilentAtFirstIsToldToo() {
        try (RedisServer server = RedisServers.start();
                LogLines log = new LogLines(server.port())) {
            try (RedisProbe probe = server.probe()) {
                probe.call("CONFIG", "SET", "requirepass", "s3cret");
            }
            server.pause();
            try (RedisStore store = RedisStore.connect(server.uri())) {
                assertThat(log.lines())
                        .anyMatch(line -> line.contains("No connection to ") && line.contains("check host"));
                server.resume();
                Awaitility.await()
                        .until(() -> log.lines().stream()
                                .anyMatch(line -> line.contains("NOAUTH") && line.contains("wants a password")));
                assertThatThrownBy(store::ping).hasMessageContaining("NOAUTH");
            } finally {
                server.resume();
            }
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsToldWithWhatToDo() {
        try (LogLines log = new LogLines(SERVER.port());
                RedisStore store = RedisStore.connect(SERVER.uri() + "/999")) {
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("out of range") && line.contains("setting databases"));
            assertThatThrownBy(store::ping).hasMessageContaining("out of range");
        }
    }

    @Test
    void aPasswordThatTheServerDoesNotWantIsToldWithWhatToDo() {
        try (RedisServer open = RedisServers.start();
                LogLines log = new LogLines(open.port());
                RedisStore store = RedisStore.builder()
                        .uri(open.uri())
                        .password("s3cret")
                        .protocol(RedisProtocol.RESP2)
                        .connect()) {
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("called without any password") && line.contains("give none"))
                    .noneMatch(line -> line.contains("s3cret"));
            assertThatThrownBy(store::ping).hasMessageContaining("called without any password");
        }
    }

    @Test
    void aDatabaseOfAClusterIsToldWithWhatToDo() {
        try (RedisServer node = RedisServers.start("cluster-enabled yes");
                LogLines log = new LogLines(node.port());
                RedisStore store = RedisStore.connect(node.uri() + "/3")) {
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("SELECT is not allowed in cluster mode")
                            && line.contains("use redis-cluster://"));
            assertThatThrownBy(store::ping).hasMessageContaining("not allowed in cluster mode");
        }
    }

    @Test
    void protectedModeIsToldWithWhatToDo() {
        String words =
                "DENIED Redis is running in protected mode because protected mode is enabled and no password is set";
        assertThat(FailureAdvice.whenConnecting(words)).contains("protected mode", "set a password");
    }

    @Test
    void aFailureWithoutWordsIsNamedByItsKind() {
        assertThat(LettuceExceptions.words(new ClosedChannelException())).isEqualTo("ClosedChannelException");
    }
}
