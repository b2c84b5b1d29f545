package io.sojourn.redis;

import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisServers;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The same on a cluster of each other kind of server that is at hand; with the inherited source on the preferred one, too. */
@Tag("full")
@ParameterizedClass
@MethodSource("otherClusters")
class NearCacheOtherClustersTest extends NearCacheClusterTest {

    static Stream<RedisCluster> otherClusters() {
        return RedisServers.available().stream().skip(1).map(RedisCluster::start);
    }

    NearCacheOtherClustersTest(RedisCluster cluster) {
        super(cluster);
    }
}
