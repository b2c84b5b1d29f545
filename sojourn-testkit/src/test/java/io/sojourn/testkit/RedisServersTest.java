package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisServersTest {

    @Test
    void thisMachineHasAtLeastOneAndAllOfThemDiffer() {
        assertThat(RedisServers.available()).isNotEmpty();
        assertThat(RedisServers.available().stream().map(RedisBinary::name)).doesNotHaveDuplicates();
    }

    @Test
    void thePreferredOneIsStartedUnlessAnotherIsAskedFor() {
        try (RedisServer server = RedisServers.start()) {
            assertThat(server.binary())
                    .isEqualTo(RedisServers.preferred())
                    .isEqualTo(RedisServers.available().get(0));
        }
    }

    @Test
    void theSharedServerIsOneForAll() {
        String uri = RedisServers.sharedUri();
        assertThat(RedisServers.sharedUri()).isEqualTo(uri);
        try (RedisProbe probe = RedisProbe.connect(uri)) {
            assertThat(probe.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void serversDoNotSeeEachOther() {
        try (RedisServer one = RedisServers.start();
                RedisServer other = RedisServers.start();
                RedisProbe first = one.probe();
                RedisProbe second = other.probe()) {
            first.call("SET", "k", "v");
            assertThat(second.keys()).isEmpty();
        }
    }
}
