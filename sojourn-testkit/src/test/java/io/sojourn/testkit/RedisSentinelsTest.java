package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisSentinelsTest {

    @Test
    void theMasterIsReplacedInOrderOrWhenItDies() {
        try (RedisSentinels sentinels = RedisSentinels.start()) {
            RedisServer first = sentinels.master();
            assertThat(first).isSameAs(sentinels.servers().get(0));
            assertThat(sentinels.replicas()).hasSize(2).doesNotContain(first);
            assertThat(sentinels.sentinels()).hasSize(3).allMatch(RedisServer::isRunning);
            assertThat(sentinels.uri())
                    .startsWith("redis-sentinel://127.0.0.1:"
                            + sentinels.sentinels().get(0).port() + ",")
                    .endsWith("/0#sojourn");

            RedisServer second = sentinels.failOver();
            assertThat(second).isNotSameAs(first).isSameAs(sentinels.master());
            try (RedisProbe probe = second.probe()) {
                assertThat(probe.call("SET", "k", "v")).isEqualTo("OK");
            }
            sentinels.awaitWhole();

            sentinels.sentinels().get(0).kill();
            second.kill();
            RedisServer third = sentinels.awaitOtherMaster(second);
            try (RedisProbe probe = third.probe()) {
                assertThat(probe.call("GET", "k")).isEqualTo("v");
            }
        }
    }
}
