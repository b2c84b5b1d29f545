package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers and clients with which there is no tracking: sessions work, nothing is kept, and the log says so once. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
@Tag("slow")
@Tag("any-jdk")
class NearCacheRefusedTest {

    private final RedisServer server;
    private final RedisProbe probe;
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger("io.sojourn.redis");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    NearCacheRefusedTest(RedisServer server) {
        this.server = server;
        this.probe = server.probe();
    }

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        probe.close();
    }

    private List<String> said() {
        return logged.stream().filter(line -> line.contains("near cache")).toList();
    }

    private static NearCacheStatus stats(RedisStore store) {
        return store.nearCache().orElseThrow();
    }

    private static void assertWorksWithoutKeeping(RedisStore store) {
        Calls calls = new Calls(store);
        SessionId id = newId();
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.load(id))).isPresent();
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.touch(id, 2))).isTrue();
        assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(2);
        assertThat(answer(calls.delete(id))).isTrue();
        assertThat(answer(calls.load(id))).isEmpty();
        assertThat(stats(store).hits()).isZero();
        assertThat(stats(store).sessions()).isZero();
        assertThat(stats(store).active()).isFalse();
    }

    @Test
    void withoutTheRightToTrackNothingIsKept() {
        probe.call("ACL", "SETUSER", "shop", "reset", "on", ">tea", "~*", "&*", "+@all", "-client");
        try (RedisStore store = RedisStore.builder()
                .uri(server.uri())
                .user("shop", "tea")
                .nearCache(NearCache.create())
                .connect()) {
            Awaitility.await().until(() -> !said().isEmpty());
            assertWorksWithoutKeeping(store);
            for (int i = 0; i < 3; i++) {
                probe.call("CLIENT", "KILL", "TYPE", "normal");
                awaitAnswer(store);
            }
            assertThat(said())
                    .singleElement()
                    .asString()
                    .startsWith("WARNING The near cache is off for what lies at 127.0.0.1:" + server.port())
                    .contains("it refused CLIENT TRACKING: NOPERM")
                    .doesNotContain("tea");
            probe.call("ACL", "SETUSER", "shop", "+client");
            probe.call("CLIENT", "KILL", "TYPE", "normal");
            Awaitility.await().until(() -> stats(store).active());
            assertThat(said()).hasSize(2).last().asString().startsWith("INFO The near cache is on");
        } finally {
            probe.call("ACL", "DELUSER", "shop");
        }
    }

    @Test
    void withoutTheRightToAskForTheTimeToLiveOnlyOwnWritesAreKept() {
        probe.call("ACL", "SETUSER", "shop", "reset", "on", ">tea", "~*", "&*", "+@all", "-pttl");
        SessionId others = newId();
        SessionId own = newId();
        try (RedisStore other = Servers.connectTo(server.uri());
                RedisStore store = RedisStore.builder()
                        .uri(server.uri())
                        .user("shop", "tea")
                        .timeout(Duration.ofSeconds(20))
                        .nearCache(NearCache.builder()
                                .maxStaleness(Duration.ofSeconds(30))
                                .build())
                        .connect()) {
            Awaitility.await().until(() -> stats(store).active());
            answer(new Calls(other).create(others));
            for (int i = 0; i < 3; i++) {
                assertThat(OldState.revision(store, others)).isEqualTo(1);
            }
            assertThat(stats(store).hits()).isZero();
            assertThat(stats(store).sessions()).isZero();
            assertThat(said())
                    .singleElement()
                    .asString()
                    .startsWith("WARNING The near cache keeps only sessions that this process has written to 127.0.0.1:"
                            + server.port())
                    .contains("it refused PTTL: NOPERM")
                    .doesNotContain("tea");

            answer(new Calls(store).create(own));
            assertThat(OldState.revision(store, own)).isEqualTo(1);
            assertThat(stats(store).hits()).isEqualTo(1);

            probe.call("ACL", "SETUSER", "shop", "+pttl");
            for (int i = 0; i < 3; i++) {
                assertThat(OldState.revision(store, others)).isEqualTo(1);
            }
            assertThat(stats(store).hits()).isEqualTo(3);
        } finally {
            probe.call("ACL", "DELUSER", "shop");
        }
    }

    private static void awaitAnswer(RedisStore store) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(store.load(newId())).isEmpty());
    }
}
