package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.example.shop.DemoProcess.Running;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TestCertificates;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demonstration on each layout of servers. */
class TopologiesTest {

    private static void assertWorks(Running shop) {
        Visitor visitor = new Visitor();
        assertThat(visitor.post(shop.node(1) + "/api/visits").status()).isEqualTo(200);
        assertThat(visitor.post(shop.node(2) + "/api/visits").attributes()).containsEntry("visits", 2);
        Reply panel = visitor.get(shop.node(2) + "/api/redis");
        assertThat(panel.status()).isEqualTo(200);
        assertThat(panel.body()).contains("\"type\":\"hash\"");
    }

    @Test
    void aClusterHoldsTheSessions() {
        try (RedisCluster cluster = RedisCluster.start();
                Running shop = DemoProcess.open(2, "--redis", cluster.uri())) {
            assertWorks(shop);
        }
    }

    @Test
    void theMasterThatSentinelsKnowHoldsTheSessions() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                Running shop = DemoProcess.open(2, "--redis", sentinels.uri())) {
            assertWorks(shop);
        }
    }

    @Test
    void aServerOverTlsHoldsTheSessions() {
        TestCertificates certificates = TestCertificates.make();
        try (RedisServer server = RedisServers.start(certificates.serverOptions());
                Running shop = DemoProcess.open(
                        2,
                        Map.of("SOJOURN_REDIS_TRUST", certificates.authority().toString()),
                        "--redis",
                        server.tlsUri())) {
            assertWorks(shop);
        }
    }
}
