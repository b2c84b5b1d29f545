package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.sojourn.testkit.RedisServers#available")
class RedisProbeTest {

    private final RedisBinary binary;
    private RedisServer server;
    private RedisProbe probe;

    RedisProbeTest(RedisBinary binary) {
        this.binary = binary;
    }

    @BeforeEach
    void start() {
        server = RedisServers.start(binary);
        probe = server.probe();
    }

    @AfterEach
    void close() {
        probe.close();
        server.close();
    }

    @Test
    void everyKindOfReplyHasItsJavaType() {
        assertThat(probe.call("SET", "k", "größe")).isEqualTo("OK");
        assertThat(probe.call("GET", "k")).isEqualTo("größe");
        assertThat(probe.call("GET", "absent")).isNull();
        assertThat(probe.call("STRLEN", "k")).isEqualTo(7L);
        assertThat(probe.call("MGET", "k", "absent")).isEqualTo(Arrays.asList("größe", null));
        assertThat(probe.call("EVAL", "return {1, {'a', {}}}", "0")).isEqualTo(List.of(1L, List.of("a", List.of())));
        assertThat(probe.call("BLPOP", "absent", "0.01")).isNull();
    }

    @Test
    void anErrorIsThrownAndTheConnectionGoesOn() {
        probe.call("SET", "k", "v");
        assertThatThrownBy(() -> probe.call("HGETALL", "k"))
                .isInstanceOfSatisfying(
                        RedisReplyException.class, e -> assertThat(e.code()).isEqualTo("WRONGTYPE"));
        assertThat(probe.call("GET", "k")).isEqualTo("v");
    }

    @Test
    void anErrorInsideAnArrayIsAValue() {
        probe.call("SET", "k", "v");
        probe.call("MULTI");
        probe.call("HGETALL", "k");
        probe.call("GET", "k");
        assertThat((List<?>) probe.call("EXEC"))
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOf(RedisReplyException.class),
                        second -> assertThat(second).isEqualTo("v"));
    }

    @Test
    void everyByteSurvivesBothWays() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        probe.callBytes(utf8("HSET"), utf8("h"), utf8("field é"), all);
        assertThat(probe.hash("h")).containsOnlyKeys("field é");
        assertThat(probe.hash("h").get("field é")).isEqualTo(all);
        assertThat(probe.callBytes(utf8("HGET"), utf8("h"), utf8("field é"))).isEqualTo(all);
        assertThat(probe.hash("absent")).isEmpty();
    }

    @Test
    void tellsTypesLifetimesAndSizes() {
        probe.call("HSET", "h", "a", "1");
        probe.call("SET", "s", "v", "PX", "60000");
        assertThat(probe.keys()).containsExactly("h", "s");
        assertThat(probe.type("h")).isEqualTo("hash");
        assertThat(probe.type("absent")).isEqualTo("none");
        assertThat(probe.ttlMillis("s")).isBetween(50_000L, 60_000L);
        assertThat(probe.ttlMillis("h")).isEqualTo(-1);
        assertThat(probe.ttlMillis("absent")).isEqualTo(-2);
        assertThat(probe.memoryUsage("s")).isBetween(20L, 500L);
        assertThatThrownBy(() -> probe.memoryUsage("absent")).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void countsTheCommandsOfOthersAndNotItsOwn() {
        try (RedisProbe application = server.probe()) {
            probe.resetStats();
            assertThat(probe.commandStats()).isEmpty();

            application.call("HSET", "h", "a", "1");
            application.call("HGETALL", "h");
            application.call("HGETALL", "h");
            application.call("EVAL", "return redis.call('GET', 's')", "0");
            probe.call("HGETALL", "h");
            probe.keys();

            Map<String, Long> expected = Map.of("hset", 1L, "hgetall", 2L, "eval", 1L, "get", 1L);
            assertThat(probe.commandStats()).isEqualTo(expected);
            assertThat(probe.commandStats()).isEqualTo(expected);
        }
    }

    @Test
    void aConfigCallOfTheApplicationIsNotHiddenByItsOwn() {
        try (RedisProbe application = server.probe()) {
            probe.resetStats();
            application.call("CONFIG", "GET", "maxmemory");
            application.call("INFO");
            assertThat(probe.commandStats())
                    .hasSize(2)
                    .containsEntry("info", 1L)
                    .satisfiesAnyOf(
                            stats -> assertThat(stats).containsEntry("config", 1L),
                            stats -> assertThat(stats).containsEntry("config|get", 1L));
        }
    }

    @Test
    void aReplyThatComesTooLateIsNotTakenForTheNextOne() {
        try (RedisProbe impatient = RedisProbe.connect(server.uri(), Duration.ofMillis(200))) {
            server.pause();
            assertThatThrownBy(() -> impatient.call("ECHO", "late")).isInstanceOf(UncheckedIOException.class);
            server.resume();
            assertThat(impatient.call("ECHO", "next")).isEqualTo("next");
        }
    }

    @Test
    void connectsAsAUserAndToADatabase() {
        probe.call("ACL", "SETUSER", "ada", "on", ">sesame", "~*", "+@all");
        try (RedisProbe second = RedisProbe.connect("redis://ada:sesame@127.0.0.1:" + server.port() + "/2")) {
            assertThat(second.call("ACL", "WHOAMI")).isEqualTo("ada");
            second.call("SET", "k", "v");
            assertThat(second.keys()).containsExactly("k");
            assertThat(probe.keys()).isEmpty();
        }
    }

    @Test
    void whereNobodyListensTheErrorNamesTheAddress() {
        server.stop();
        assertThatThrownBy(() -> server.probe())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
