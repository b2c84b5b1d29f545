package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.UnreadableSessionException;
import io.sojourn.redis.RedisStrings.Condition;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** String values beside the sessions. */
class RedisStringsTest {

    private static final RedisServer SERVER = RedisServers.start();
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    private final RedisProbe probe = SERVER.probe();
    private final RedisStore store = Servers.connectTo(SERVER.uri());
    private final RedisStrings strings = store.strings();

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

    @Test
    void aValueIsReadAndRemoved() {
        probe.call("SET", "key", "value");
        assertThat(answer(strings.get("key"))).contains(VALUE);
        assertThat(answer(strings.delete("key"))).isTrue();
        assertThat(answer(strings.delete("key"))).isFalse();
        assertThat(answer(strings.get("key"))).isEmpty();
    }

    @Test
    void readingCanExtend() {
        probe.call("SET", "key", "value");
        assertThat(answer(strings.getAndExpire("key", Duration.ofMinutes(5)))).contains(VALUE);
        assertThat(probe.ttlMillis("key")).isBetween(200_000L, 300_000L);
        assertThat(answer(strings.getAndExpire("other", Duration.ofMinutes(5)))).isEmpty();
    }

    @Test
    void theConditionDecidesWhetherAValueIsSet() {
        assertThat(answer(strings.set("key", VALUE, null, Condition.IF_PRESENT)))
                .isFalse();
        assertThat(answer(strings.set("key", VALUE, null, Condition.IF_ABSENT))).isTrue();
        assertThat(probe.ttlMillis("key")).isEqualTo(-1);
        assertThat(answer(strings.set("key", VALUE, null, Condition.IF_ABSENT))).isFalse();
        assertThat(answer(strings.set("key", VALUE, Duration.ofMinutes(5), Condition.IF_PRESENT)))
                .isTrue();
        assertThat(probe.ttlMillis("key")).isBetween(200_000L, 300_000L);
    }

    @Test
    void aValueOfAnotherTypeIsSaidToBeUnreadable() {
        probe.call("LPUSH", "key", "value");
        assertThatThrownBy(() -> answer(strings.get("key"))).isInstanceOf(UnreadableSessionException.class);
    }

    @Test
    void aReadIsOneCommand() {
        probe.call("SET", "key", "value");
        answer(strings.get("key")); // The server gets the script.
        probe.resetStats();
        assertThat(answer(strings.get("key"))).contains(VALUE);
        assertThat(answer(strings.getAndExpire("key", Duration.ofMinutes(5)))).contains(VALUE);
        assertThat(probe.commandStats()).containsEntry("evalsha", 2L).doesNotContainKey("eval");
    }

    /** A reply holds up all others on the connection, and one of more than maxLoadBytes would cost it. */
    @Test
    void aValueOfMoreThanMaxLoadBytesIsNotAskedFor() {
        probe.call("SETRANGE", "key", "16777216", "x");
        probe.resetStats();
        for (CompletionStage<Optional<byte[]>> read :
                List.of(strings.get("key"), strings.getAndExpire("key", Duration.ofMinutes(5)))) {
            assertThatThrownBy(() -> answer(read))
                    .isInstanceOf(UnreadableSessionException.class)
                    .hasMessageContainingAll("maxLoadBytes is 16777216", "not asked for");
        }
        assertThat(probe.commandStats()).doesNotContainKeys("get", "getex");
        assertThat(probe.ttlMillis("key")).isEqualTo(-1);
        assertThat(bytesSent()).isLessThan(100_000);
    }

    @Test
    void anEmptyValueIsThere() {
        probe.call("SET", "key", "");
        assertThat(answer(strings.get("key"))).contains(new byte[0]);
    }

    private long bytesSent() {
        String info = (String) Objects.requireNonNull(probe.call("INFO", "stats"));
        return Long.parseLong(info.replaceAll("(?s).*total_net_output_bytes:(\\d+).*", "$1"));
    }
}
