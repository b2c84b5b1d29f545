package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.redis.script.Script;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that has lost the scripts, or never had them. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class ScriptsTest {

    private final RedisServer server;
    private final RedisStore store;
    private final RedisProbe probe;
    private final Calls calls;

    ScriptsTest(RedisServer server) {
        this.server = server;
        store = RedisStore.connect(server.uri());
        probe = server.probe();
        calls = new Calls(store);
        store.ping();
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    private long count(String command) {
        return probe.commandStats().getOrDefault(command, 0L);
    }

    @Test
    void aFlushedScriptIsSentOnceMoreAndKnownFromThenOn() {
        SessionId id = newId();
        probe.call("SCRIPT", "FLUSH");
        probe.resetStats();
        assertThat(answer(calls.create(id))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.touch(id, 1))).isTrue();
        assertThat(count("evalsha")).isEqualTo(2);
        assertThat(count("eval")).isEqualTo(2);
        assertThat(answer(calls.change(id, 1, 2))).isEqualTo(CommitResult.APPLIED);
        assertThat(answer(calls.touch(id, 2))).isTrue();
        assertThat(count("evalsha")).isEqualTo(4);
        assertThat(count("eval")).isEqualTo(2);
        assertThat(answer(calls.load(id)).orElseThrow().revision()).isEqualTo(2);
    }

    @Test
    void manyWritesAtOnceAfterAFlushAreEachAppliedOnce() {
        SessionId id = newId();
        answer(calls.create(id));
        probe.call("SCRIPT", "FLUSH");
        List<CompletableFuture<CommitResult>> writes = LongStream.range(2, 102)
                .mapToObj(revision -> calls.change(id, revision - 1, revision))
                .toList();
        assertThat(writes).allSatisfy(write -> assertThat(answer(write)).isNotNull());
        assertThat(writes)
                .filteredOn(write -> answer(write).equals(CommitResult.APPLIED))
                .isNotEmpty();
        assertThat(answer(calls.load(id)).orElseThrow().parts()).containsOnlyKeys("r");
    }

    @Test
    void aRestartedServerIsFoundWithinASecondAndGetsTheScripts() {
        answer(calls.create(newId()));
        server.restart();
        SessionId id = newId();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .atMost(1, TimeUnit.SECONDS)
                .until(() -> answer(calls.create(id)).equals(CommitResult.APPLIED));
        store.ping();
        Map<String, Long> stats = probe.commandStats();
        assertThat(stats.getOrDefault("script|load", stats.getOrDefault("script", 0L)))
                .isEqualTo(Script.ALL.size());
        assertThat(stats).doesNotContainKey("eval");
    }
}
