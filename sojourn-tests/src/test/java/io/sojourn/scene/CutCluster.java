package io.sojourn.scene;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.TcpProxy;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A cluster with a bad network before one of its masters; the others see that the master is well, and do not replace it. */
final class CutCluster extends ClusterServers {

    private final List<RedisServer> masters = List.copyOf(cluster.masters());
    private final TcpProxy network = TcpProxy.to(masters.get(0));

    CutCluster() {
        String port = Integer.toString(network.port());
        try (RedisProbe probe = masters.get(0).probe()) {
            probe.call("CONFIG", "SET", "cluster-announce-port", port);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> cluster.nodes().stream().allMatch(node -> knows(node, port)));
        cluster.awaitWhole();
    }

    private static boolean knows(RedisServer node, String port) {
        try (RedisProbe probe = node.probe()) {
            return String.valueOf(probe.call("CLUSTER", "NODES")).contains(":" + port + "@");
        }
    }

    @Override
    public List<RedisServer> withKeys() {
        return masters; // The cluster names one of them by the port of its network.
    }

    private void during(Runnable fault) {
        fault.run();
        Servers.pause(1_200);
        network.heal();
        cluster.awaitWhole();
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(
                () -> during(() -> {
                    network.refuse();
                    network.cut();
                }),
                () -> during(network::loseReplies),
                () -> during(network::loseRequests));
    }

    @Override
    public void close() {
        network.close();
        super.close();
    }
}
