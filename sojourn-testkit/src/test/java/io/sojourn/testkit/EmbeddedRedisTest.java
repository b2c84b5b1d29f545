package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.testkit.RedisBinary.Flavor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedRedisTest {

    @Test
    void itsServerRunsHere() {
        RedisBinary binary = EmbeddedRedis.find().orElseThrow();
        assertThat(binary.flavor()).isEqualTo(Flavor.REDIS);
        assertThat(binary.version()).startsWith("6.2.");
    }

    @Test
    void whereTheFirstChoiceDoesNotRunTheStaticallyLinkedOneStandsIn() {
        assertThat(EmbeddedRedis.platforms("Linux", "amd64")).containsExactly("linux-amd64", "linux-386");
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux-amd64", "linux-386"})
    void eachProgramThatRunsHereServes(String platform) {
        // Which of them run depends on the machine; that at least one does is a test of its own.
        Optional<RedisBinary> found = EmbeddedRedis.find(platform);
        assumeTrue(found.isPresent(), "the embedded server for " + platform + " does not run on this machine");
        try (RedisServer server = RedisServers.start(found.orElseThrow());
                RedisProbe probe = server.probe()) {
            assertThat(probe.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void systemsWithoutAProgramHaveNone() {
        assertThat(EmbeddedRedis.platforms("Windows 11", "amd64")).isEqualTo(List.of());
        assertThat(EmbeddedRedis.platforms("Mac OS X", "aarch64")).startsWith("darwin-arm64");
        assertThat(EmbeddedRedis.platforms("Linux", "aarch64")).containsExactly("linux-arm64");
    }
}
