package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.testkit.RedisLayout.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RedisLayoutTest {

    @Test
    void aSettingNamesEachOfThem() {
        assertThat(RedisLayout.kind("tls-cluster")).isEqualTo(Kind.TLS_CLUSTER);
        assertThat(RedisLayout.kind("SENTINELS")).isEqualTo(Kind.SENTINELS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisLayout.kind("clusters"))
                .withMessage("sojourn.test.redis.layout is \"clusters\", and none of"
                        + " [server, tls, cluster, tls-cluster, sentinels, tls-sentinels]");
    }

    @Test
    @Tag("full")
    void sentinelsOverTlsFollowAFailoverLikeOthers() {
        try (RedisSentinels sentinels =
                RedisSentinels.start(TestCertificates.make().serverOptions())) {
            RedisServer old = sentinels.master();
            assertThat(sentinels.failOver()).isNotSameAs(old).isIn(sentinels.servers());
            assertThat(sentinels.tlsUri())
                    .startsWith("rediss-sentinel://127.0.0.1:"
                            + sentinels.sentinels().get(0).tlsPort())
                    .endsWith("/0#" + RedisSentinels.MASTER_NAME);
        }
    }
}
