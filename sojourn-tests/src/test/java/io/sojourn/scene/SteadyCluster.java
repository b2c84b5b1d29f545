package io.sojourn.scene;

import io.sojourn.histories.Flush;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** A cluster whose slots stay where they are, so that it is known which two servers may have a session. */
final class SteadyCluster extends ClusterServers {

    private static final int SHARDS = 3;

    private final List<Integer> ports =
            cluster.nodes().stream().map(RedisServer::port).toList();
    private final Queue<Flush> flushes = new ConcurrentLinkedQueue<>();
    private final List<Trouble> troubles;

    SteadyCluster(Function<SteadyCluster, List<Trouble>> troubles) {
        this.troubles = troubles.apply(this);
    }

    /** The first three nodes begin as the masters, the others as their replicas in the same order. */
    @Override
    public boolean mayHold(String session, int port) {
        int slot = cluster.slotOf(RedisStore.DEFAULT_PREFIX + ":" + session);
        int shard = 0;
        while (slot >= SLOTS * (shard + 1) / SHARDS) {
            shard++;
        }
        return ports.indexOf(port) % SHARDS == shard;
    }

    RedisCluster cluster() {
        return cluster;
    }

    /** Lets a replica take over without asking its master ({@code FORCE}), or without asking anybody ({@code TAKEOVER}). */
    void seize(String how) {
        RedisServer replica = cluster.replicasOf(someMaster()).get(0);
        try (RedisProbe probe = replica.probe()) {
            probe.call("CLUSTER", "FAILOVER", how);
        }
        cluster.awaitMastership(replica);
        cluster.awaitWhole();
    }

    /** Deletes all keys of one master. In the transaction the offset is that of everything before. */
    void flush() {
        try (RedisProbe probe = someMaster().probe()) {
            probe.call("MULTI");
            probe.call("INFO", "replication");
            probe.call("FLUSHALL");
            Object answers = probe.call("EXEC");
            long at = System.nanoTime();
            String info = answers instanceof List<?> each ? String.valueOf(each.get(0)) : "";
            flushes.add(new Flush(at, field(info, "master_replid"), Long.parseLong(field(info, "master_repl_offset"))));
        }
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Override
    public List<Flush> flushes() {
        return new ArrayList<>(flushes);
    }

    @Override
    public List<Trouble> troubles() {
        return troubles;
    }
}
