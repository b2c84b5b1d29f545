package io.sojourn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster whose slots are moved, whose masters give way in order, or are killed. */
@Tag("slow")
@Tag("any-jdk")
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

    private void killOne(RedisCluster cluster, Losses losses) throws Exception {
        RedisServer master = someMaster(cluster);
        RedisServer replica = cluster.replicasOf(master).get(0);
        losses.during(master::kill);
        cluster.awaitMastership(replica);
        Trial.pause(Duration.ofMillis(500));
        master.restart();
        cluster.awaitWhole();
    }

    /** When it goes on it takes it for a moment that it is still a master. */
    private void stopOneForLong(RedisCluster cluster, Losses losses) throws Exception {
        RedisServer master = someMaster(cluster);
        RedisServer replica = cluster.replicasOf(master).get(0);
        losses.during(master::pause);
        cluster.awaitMastership(replica);
        Trial.pause(Duration.ofSeconds(1));
        losses.during(() -> {
            master.resume();
            cluster.awaitWhole();
        });
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
                Trial trial = new Trial(
                        size,
                        Duration.ZERO,
                        () -> RedisStore.connect(cluster.uri()),
                        () -> Set.copyOf(cluster.masters()))) {
            History history = trial.run(
                    List.of(losses -> moveSlots(cluster), losses -> pauseOne(cluster), losses -> failOverOne(cluster)));
            assertThat(history.findings().unexplained()).isEmpty(); // No trouble here explains anything.
            assertEveryKeyEnds(cluster);
        }
    }

    @Test
    void nothingIsLostWhileSlotsMoveAndMastersGiveWayInOrder() throws Exception {
        whileSlotsMove(Trial.Size.SMALL);
    }

    @Test
    @Tag("full")
    @Timeout(300)
    void nothingIsLostInAMinuteOfMovingSlotsAndMastersThatGiveWayInOrder() throws Exception {
        whileSlotsMove(Trial.Size.FULL);
    }

    private void whileMastersDie(UnaryOperator<RedisStoreBuilder> settings, Duration staleness, boolean nothingIsLost)
            throws Exception {
        try (RedisCluster cluster = RedisCluster.start();
                Trial trial = new Trial(
                        Trial.Size.FULL,
                        staleness,
                        () -> settings.apply(RedisStore.builder().uri(cluster.uri()))
                                .connect(),
                        () -> Set.copyOf(cluster.masters()))) {
            History history = trial.run(List.of(
                    losses -> killOne(cluster, losses),
                    losses -> moveSlots(cluster),
                    losses -> stopOneForLong(cluster, losses)));
            assertThat(history.failed()).isPositive();
            assertThat(
                            nothingIsLost
                                    ? history.findings().all()
                                    : history.findings().unexplained())
                    .isEmpty();
            assertEveryKeyEnds(cluster);
        }
    }

    /** A master that is killed takes with it what its replica has not got yet; that may be missed, and nothing else. */
    @Test
    @Tag("full")
    @Timeout(300)
    void whenMastersDieOnlyWhatTheirReplicasHadNotGotIsLostAndEveryNodeIsBackByItself() throws Exception {
        whileMastersDie(store -> store, Duration.ZERO, false);
    }

    /** Each master has one replica: whatever it has acknowledged, it has when it takes over. */
    @Test
    @Tag("full")
    @Timeout(300)
    void withDurabilityNothingIsLostWhenMastersDie() throws Exception {
        whileMastersDie(store -> store.durability(1, Duration.ofMillis(500)), Duration.ZERO, true);
    }

    @Test
    @Tag("full")
    @Timeout(300)
    void withANearCacheNothingElseIsLostWhenMastersDieAndNothingOldIsReadForLong() throws Exception {
        whileMastersDie(store -> store.nearCache(NearCache.create()), NearCache.DEFAULT_MAX_STALENESS, false);
    }
}
