package io.sojourn.testkit.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterSlotsTest {

    @Test
    void aSlotIsWhatTheServerSays() {
        try (RedisServer server = RedisServers.start("cluster-enabled yes");
                RedisProbe probe = server.probe()) {
            for (String key :
                    List.of("", "a", "cart:7", "{cart}:7", "x{cart}y{z}", "{}a", "a}b{", "{a", "\u00e4\u6ce8")) {
                assertThat(probe.call("CLUSTER", "KEYSLOT", key)).as(key).isEqualTo((long) ClusterSlots.of(key));
            }
        }
    }
}
