package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster whose slots are moved, whose masters give way in order, or are killed. */
class ClusterTest {

    private static final int SLOTS = 16_384;

    private final Random random = new Random(4);

    private RedisServer another(RedisCluster cluster, RedisServer than) {
        List<RedisServer> others =
                cluster.masters().stream().filter(master -> master != than).toList();
        return others.get(random.nextInt(others.size()));
    }

    private RedisServer someMaster(RedisCluster cluster) {
        return another(
                cluster, cluster.nodes().get(random.nextInt(cluster.nodes().size())));
    }

    /** With whatever is stored there, while it is written to. */
    private void moveSlots(RedisCluster cluster) {
        for (int i = 0; i < 100; i++) {
            int slot = random.nextInt(SLOTS);
            cluster.moveSlot(slot, another(cluster, cluster.ownerOf(slot)));
        }
    }

    private void pauseOne(RedisCluster cluster) {
        RedisServer master = someMaster(cluster);
        master.pause();
        Trial.pause(Duration.ofMillis(300)); // Not long enough to be replaced.
        master.resume();
    }

    private void killOne(RedisCluster cluster) {
        RedisServer master = someMaster(cluster);
        RedisServer replica = cluster.replicasOf(master).get(0);
        master.kill();
        cluster.awaitMastership(replica);
        Trial.pause(Duration.ofMillis(500));
        master.restart();
        cluster.awaitWhole();
    }

    private void stopOneForLong(RedisCluster cluster) {
        RedisServer master = someMaster(cluster);
        RedisServer replica = cluster.replicasOf(master).get(0);
        master.pause();
        cluster.awaitMastership(replica);
        Trial.pause(Duration.ofMillis(500));
        master.resume();
        cluster.awaitWhole();
    }

    private void failOverOne(RedisCluster cluster) {
        cluster.failOver(cluster.replicasOf(someMaster(cluster)).get(0));
        cluster.awaitWhole();
    }

    private static void assertEveryKeyEnds(RedisCluster cluster) {
        for (RedisServer master : cluster.masters()) {
            try (RedisProbe probe = master.probe()) {
                assertThat(probe.keys())
                        .allSatisfy(
                                key -> assertThat(probe.ttlMillis(key)).as(key).isNotEqualTo(-1));
            }
        }
    }

    private void whileSlotsMove(Trial.Size size) throws Exception {
        try (RedisCluster cluster = RedisCluster.start();
                Trial trial = new Trial(size, () -> RedisStore.connect(cluster.uri()))) {
            History history =
                    trial.run(List.of(() -> moveSlots(cluster), () -> pauseOne(cluster), () -> failOverOne(cluster)));
            assertThat(history.details()).isEmpty();
            assertEveryKeyEnds(cluster);
        }
    }

    @Test
    void nothingIsLostWhileSlotsMoveAndMastersGiveWayInOrder() throws Exception {
        whileSlotsMove(Trial.Size.SMALL);
    }

    @Test
    @Tag("full")
    void nothingIsLostInAMinuteOfMovingSlotsAndMastersThatGiveWayInOrder() throws Exception {
        whileSlotsMove(Trial.Size.FULL);
    }

    /** A master that is killed takes with it what its replicas have not got yet; that may be missed, and nothing else. */
    @Test
    @Tag("full")
    void whenMastersDieNothingIsInventedAndEveryNodeIsBackByItself() throws Exception {
        try (RedisCluster cluster = RedisCluster.start();
                Trial trial = new Trial(Trial.Size.FULL, () -> RedisStore.connect(cluster.uri()))) {
            History history =
                    trial.run(List.of(() -> killOne(cluster), () -> moveSlots(cluster), () -> stopOneForLong(cluster)));
            assertThat(history.count(Finding.INVENTED)).isZero();
            assertThat(history.count(Finding.STRANGE_FAILURE)).isZero();
            assertEveryKeyEnds(cluster);
        }
    }
}
