package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.UnreadableSessionException;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hashes and sets beside the sessions. */
class RedisCollectionsTest {

    private static final RedisServer SERVER = RedisServers.start();

    private final RedisProbe probe = SERVER.probe();
    private final RedisStore store = Servers.connectTo(SERVER.uri());
    private final RedisCollections collections = store.collections();

    @AfterEach
    void close() {
        probe.call("FLUSHALL");
        probe.close();
        store.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aHashIsReadWithItsFields() {
        probe.call("HSET", "key", "a", "1", "b", "2");
        assertThat(answer(collections.hash("key"))).containsOnlyKeys("a", "b").containsEntry("b", bytes("2"));
        assertThat(answer(collections.hash("other"))).isEmpty();
    }

    @Test
    void anotherTypeIsNoHash() {
        probe.call("SET", "key", "value");
        assertThatThrownBy(() -> answer(collections.hash("key"))).isInstanceOf(UnreadableSessionException.class);
    }

    @Test
    void aHashThatIsTooLargeIsNotSentAndClosesNoConnection() {
        probe.call("HSET", "key", "a", "x".repeat(20 << 20));
        assertThat(answer(collections.hash("other"))).isEmpty();
        Object clients = connections();
        probe.resetStats();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> answer(collections.hash("key")))
                    .isInstanceOf(UnreadableSessionException.class)
                    .hasMessageContaining("maxLoadBytes is 16777216");
        }
        assertThat(probe.commandStats()).doesNotContainKey("hgetall");
        assertThat(connections()).isEqualTo(clients);
        probe.call("HSET", "key", "a", "1");
        for (int i = 0; i < 2; i++) {
            assertThat(answer(collections.hash("key"))).containsEntry("a", bytes("1"));
        }
        assertThat(probe.commandStats()).containsEntry("hgetall", 2L);
    }

    private List<String> connections() {
        return String.valueOf(probe.call("CLIENT", "LIST"))
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    @Test
    void aHashIsRemovedAndItsLastFieldsAreTheAnswer() {
        probe.call("HSET", "key", "a", "1", "b", "");
        assertThat(answer(collections.removeHash("key")))
                .containsOnlyKeys("a", "b")
                .containsEntry("a", bytes("1"))
                .containsEntry("b", bytes(""));
        assertThat(probe.keys()).isEmpty();
        assertThat(answer(collections.removeHash("key"))).isEmpty();
    }

    @Test
    void aHashWithTheFieldIsLeftAsItIs() {
        probe.call("HSET", "whole", "created", "1", "a", "2");
        probe.call("HSET", "rest", "a", "2");
        probe.call("SET", "text", "value");
        assertThat(answer(collections.removeHashWithout("whole", "created"))).isEmpty();
        assertThat(answer(collections.removeHashWithout("rest", "created")).orElseThrow())
                .containsOnlyKeys("a");
        assertThat(answer(collections.removeHashWithout("absent", "created")).orElseThrow())
                .isEmpty();
        assertThat(answer(collections.removeHashWithout("text", "created"))).isEmpty();
        assertThat(answer(collections.removeHash("text"))).isEmpty();
        assertThat(probe.keys()).containsExactlyInAnyOrder("whole", "text");
    }

    @Test
    void membersAreRemovedAndTheSetWithTheLastOne() {
        probe.call("SADD", "set", "a", "b");
        probe.call("ZADD", "sorted", "1", "a");
        assertThat(answer(collections.removeFromSet("set", bytes("a"), bytes("c"))))
                .isTrue();
        assertThat(answer(collections.removeFromSet("set", bytes("a")))).isFalse();
        assertThat(answer(collections.removeFromSet("set", bytes("b")))).isTrue();
        assertThat(answer(collections.removeFromSortedSet("sorted", bytes("a"))))
                .isTrue();
        assertThat(answer(collections.removeFromSortedSet("sorted", bytes("a"))))
                .isFalse();
        assertThat(probe.keys()).isEmpty();
    }

    @Test
    void hashesOfAPatternAreCountedAndNothingElse() {
        for (int i = 0; i < 2_500; i++) {
            probe.call("HSET", "old:" + i, "field", "value");
        }
        probe.call("SET", "old:text", "value");
        probe.call("HSET", "new:1", "field", "value");
        assertThat(answer(collections.countHashes("old:*"))).isEqualTo(2_500);
        assertThat(answer(collections.countHashes("none:*"))).isZero();
    }
}
