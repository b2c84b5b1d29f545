package io.sojourn.scene;

import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Three masters with a replica each, which are killed or suspended until they are replaced, while slots move. */
class ClusterServers implements Servers {

    static final int SLOTS = 16_384;

    final RedisCluster cluster = RedisCluster.start();
    final Random random = new Random(4);

    @Override
    public List<RedisServer> all() {
        return cluster.nodes();
    }

    @Override
    public List<RedisServer> withKeys() {
        return List.copyOf(cluster.masters());
    }

    @Override
    public String uri() {
        return cluster.uri();
    }

    @Override
    public RedisStoreBuilder durable(RedisStoreBuilder store) {
        return store.durability(1, Duration.ofMillis(500));
    }

    RedisServer someMaster() {
        List<RedisServer> masters = List.copyOf(cluster.masters());
        return masters.get(random.nextInt(masters.size()));
    }

    private void moveSlots() {
        for (int i = 0; i < 50; i++) {
            int slot = random.nextInt(SLOTS);
            RedisServer owner = cluster.ownerOf(slot);
            List<RedisServer> others =
                    cluster.masters().stream().filter(master -> master != owner).toList();
            cluster.moveSlot(slot, others.get(random.nextInt(others.size())));
        }
    }

    private void replace(boolean kill) {
        RedisServer master = someMaster();
        RedisServer replica = cluster.replicasOf(master).get(0);
        if (kill) {
            master.kill();
        } else {
            master.pause();
        }
        cluster.awaitMastership(replica);
        Servers.pause(500);
        if (kill) {
            master.restart();
        } else {
            master.resume();
        }
        cluster.awaitWhole();
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(() -> replace(true), this::moveSlots, () -> replace(false), () -> {
            cluster.failOver(cluster.replicasOf(someMaster()).get(0));
            cluster.awaitWhole();
        });
    }

    @Override
    public void close() {
        cluster.close();
    }
}
