package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.resource.Transports.NativeTransports;
import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoreHealth.State;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store over a Unix domain socket. It runs apart from the others, which are not to have the native transport. */
@Tag("slow")
class NativeSocketTest {

    @BeforeAll
    static void needsTheNativeTransport() {
        assumeTrue(
                NativeTransports.isDomainSocketSupported(),
                "Netty's native transport for Linux on x86_64 is not there or does not run");
    }

    @Test
    void sessionsTravelThroughItAndItIsConnectedToAgain(@TempDir Path directory) {
        Path socket = directory.resolve("redis.sock");
        try (RedisServer server = RedisServers.start("unixsocket " + socket);
                RedisProbe probe = server.probe();
                RedisStore store = RedisStore.connect("redis-socket://" + socket + "?database=3")) {
            Calls calls = new Calls(store);
            SessionId id = newId();
            assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
            assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
            assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(2);
            probe.call("SELECT", "3");
            assertThat(probe.keys()).containsExactly("sojourn:" + id);
            assertThat(String.valueOf(probe.call("CLIENT", "LIST")).replace("[", "")) // Valkey 9.1 writes addr=[…:0]:0.
                    .contains("addr=" + socket);
            assertThat(store).hasToString("RedisStore[" + socket + ", keys sojourn:*]");
            server.restart();
            Awaitility.await().until(() -> store.health().state() == State.UP);
            assertThat(answer(calls.create(newId()))).isEqualTo(CommitResult.APPLIED);
        }
    }
}
