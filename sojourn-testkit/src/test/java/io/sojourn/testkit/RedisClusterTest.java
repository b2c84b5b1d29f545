package io.sojourn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisClusterTest {

    private static final RedisCluster CLUSTER = RedisCluster.start("appendonly yes", "appendfsync always");

    private static final String KEY = "cart:7";

    @AfterAll
    static void stop() {
        CLUSTER.close();
    }

    @AfterEach
    void awaitWhole() {
        CLUSTER.nodes().stream().filter(node -> !node.isRunning()).forEach(RedisServer::restart);
        CLUSTER.awaitWhole();
    }

    private static Object call(RedisServer server, String... command) {
        return RedisCluster.call(server, command);
    }

    @Test
    void threeMastersEachWithAReplicaOwnAllSlots() {
        assertThat(CLUSTER.masters()).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
        assertThat(CLUSTER.masters().subList(0, 3))
                .allSatisfy(master -> assertThat(call(master, "CLUSTER", "INFO").toString())
                        .contains("cluster_state:ok")
                        .contains("cluster_slots_ok:16384"));
        RedisServer owner = CLUSTER.masterOf(KEY);
        assertThat(CLUSTER.replicasOf(owner)).isNotEmpty();
        assertThat(CLUSTER.uri())
                .startsWith("redis-cluster://127.0.0.1:")
                .contains("," + "127.0.0.1:" + CLUSTER.nodes().get(1).port());
        assertThat(call(owner, "SET", KEY, "v")).isEqualTo("OK");
        RedisServer other = CLUSTER.masters().stream()
                .filter(master -> master != owner)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> call(other, "GET", KEY))
                .isInstanceOfSatisfying(
                        RedisReplyException.class, e -> assertThat(e.code()).isEqualTo("MOVED"));
    }

    @Test
    void aReplicaTakesOverInOrderOrWhenItsMasterDies() {
        RedisServer first = CLUSTER.masterOf(KEY);
        RedisServer second = CLUSTER.replicasOf(first).get(0);
        CLUSTER.failOver(second);
        assertThat(CLUSTER.masterOf(KEY)).isSameAs(second);
        CLUSTER.awaitWhole();
        assertThat(CLUSTER.replicasOf(second)).contains(first);
        second.kill();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> CLUSTER.masterOf(KEY) != second);
        assertThat(CLUSTER.replicasOf(CLUSTER.masterOf(KEY))).doesNotContain(second);
    }

    @Test
    void aSlotMovesWithItsKeysToANewMaster() {
        RedisServer source = CLUSTER.masterOf(KEY);
        call(source, "SET", KEY, "v");
        RedisServer added = CLUSTER.addMaster();
        assertThat(CLUSTER.masters()).doesNotContain(added);
        SlotMove move = CLUSTER.beginMove(CLUSTER.slotOf(KEY), added);
        assertThat(call(source, "GET", KEY)).isEqualTo("v");
        assertThat(move.moveKeys()).isEqualTo(1);
        assertThatThrownBy(() -> call(source, "GET", KEY))
                .isInstanceOfSatisfying(
                        RedisReplyException.class, e -> assertThat(e.code()).isEqualTo("ASK"));
        move.finish();
        assertThat(CLUSTER.masterOf(KEY)).isSameAs(added);
        assertThat(call(added, "GET", KEY)).isEqualTo("v");
        CLUSTER.moveSlot(CLUSTER.slotOf(KEY), source);
        assertThat(call(source, "GET", KEY)).isEqualTo("v");
    }

    @Test
    void nodesAreOrdinaryServers() {
        List<RedisServer> nodes = CLUSTER.nodes();
        assertThat(nodes).allMatch(RedisServer::isRunning);
        RedisServer master = CLUSTER.masterOf(KEY);
        call(master, "SET", KEY, "kept");
        master.restart();
        CLUSTER.awaitWhole();
        assertThat(call(CLUSTER.masterOf(KEY), "GET", KEY)).isEqualTo("kept");
    }
}
