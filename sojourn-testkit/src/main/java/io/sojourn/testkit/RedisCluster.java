package io.sojourn.testkit;

import io.sojourn.testkit.support.ClusterSlots;
import io.sojourn.testkit.support.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A real cluster: three masters and three replicas at first, each a process of its own on 127.0.0.1.
 *
 * <pre>{@code
 * try (RedisCluster cluster = RedisCluster.start()) {
 *     cluster.masterOf("cart:7").kill();     // its replica takes over in about two seconds
 *     cluster.moveSlot(cluster.slotOf("cart:7"), cluster.addMaster());
 * }
 * }</pre>
 *
 * <p>Each node is a {@link RedisServer}, to be killed, paused and restarted like any other. A node is given up by the others
 * after a second without a sign of life. Nothing is kept on disk unless options say so: a master that is restarted before
 * its replica takes over comes back empty without {@code appendonly yes}.
 *
 * <p>Thread-safe; but one change of the cluster at a time.
 */
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> OPTIONS = List.of(
            "cluster-enabled yes",
            "cluster-node-timeout 1000",
            // A replica that was cut off for a moment takes over nevertheless.
            "cluster-replica-validity-factor 0",
            "repl-diskless-sync-delay 0",
            "repl-ping-replica-period 1");

    private final RedisBinary binary;
    private final List<String> options;
    private final List<RedisServer> nodes = new CopyOnWriteArrayList<>();

    private RedisCluster(RedisBinary binary, List<String> options) {
        this.binary = binary;
        this.options = new ArrayList<>(OPTIONS);
        this.options.addAll(options);
        if (options.contains(RedisServer.TLS)) {
            this.options.addAll(List.of("tls-cluster yes", "tls-replication yes"));
        }
    }

    /** Starts one of the preferred server, see {@link #start(RedisBinary, String...)}. */
    public static RedisCluster start(String... options) {
        return start(RedisServers.preferred(), options);
    }

    /**
     * Starts a cluster, and returns when all of it is well.
     *
     * @param binary which server
     * @param options lines for the configuration file of each node, see {@link RedisServers#start(RedisBinary, String...)};
     *     {@code cluster-node-timeout} for example, which is 1000 ms unless given
     * @throws IllegalStateException if it does not come up
     */
    public static RedisCluster start(RedisBinary binary, String... options) {
        RedisCluster cluster = new RedisCluster(binary, List.of(options));
        boolean ready = false;
        try {
            cluster.form();
            ready = true;
            return cluster;
        } finally {
            if (!ready) {
                cluster.close();
            }
        }
    }

    private void form() {
        for (int i = 0; i < 2 * MASTERS; i++) {
            nodes.add(launch());
        }
        for (int i = 0; i < nodes.size(); i++) {
            call(nodes.get(i), "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            for (int j = 0; j < i; j++) {
                meet(nodes.get(i), nodes.get(j));
            }
        }
        for (int i = 0; i < MASTERS; i++) {
            List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            int end = ClusterSlots.COUNT * (i + 1) / MASTERS;
            for (int slot = ClusterSlots.COUNT * i / MASTERS; slot < end; slot++) {
                command.add(Integer.toString(slot));
            }
            call(nodes.get(i), command.toArray(String[]::new));
        }
        awaitAcquaintance();
        for (int i = MASTERS; i < nodes.size(); i++) {
            call(nodes.get(i), "CLUSTER", "REPLICATE", idOf(nodes.get(i - MASTERS)));
        }
        awaitWhole();
    }

    private RedisServer launch() {
        return RedisServers.start(binary, options.toArray(String[]::new));
    }

    private static void meet(RedisServer one, RedisServer other) {
        call(one, "CLUSTER", "MEET", RedisServer.HOST, Integer.toString(linkPort(other)));
    }

    /** Which port nodes know each other by. */
    static int linkPort(RedisServer server) {
        return server.hasTls() ? server.tlsPort() : server.port();
    }

    /** From now on a node is given up after so long without a sign of life. */
    void beforeGivingUp(Duration silence) {
        String millis = Long.toString(silence.toMillis());
        for (RedisServer node : nodes) {
            call(node, "CONFIG", "SET", "cluster-node-timeout", millis);
        }
    }

    private void awaitAcquaintance() {
        Polling.until(
                "all nodes of the cluster know each other",
                LIMIT,
                () -> nodes.stream()
                        .allMatch(server -> ClusterNode.seenBy(server)
                                .filter(seen -> seen.size() == nodes.size()
                                        && seen.stream().noneMatch(ClusterNode::isDoubted))
                                .isPresent()));
    }

    /** Where clients find it, such as {@code redis-cluster://127.0.0.1:12345,127.0.0.1:12346,…}: all nodes of the start. */
    public String uri() {
        return nodes.stream()
                .map(node -> RedisServer.HOST + ":" + node.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    /**
     * As {@link #uri()}, over TLS.
     *
     * @throws IllegalStateException if it was not started with {@link TestCertificates#serverOptions()}
     */
    public String tlsUri() {
        return nodes.stream()
                .map(node -> RedisServer.HOST + ":" + node.tlsPort())
                .collect(Collectors.joining(",", "rediss-cluster://", ""));
    }

    /** All nodes, those that are down as well, in the order in which they were started. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /** The nodes that own slots at this moment, as most of the others see it. */
    public List<RedisServer> masters() {
        return view().stream()
                .filter(node -> node.is("master") && !node.slots().isEmpty())
                .map(node -> serverAt(node.port()))
                .toList();
    }

    /** The node that owns a key's slot at this moment. */
    public RedisServer masterOf(String key) {
        return ownerOf(slotOf(key));
    }

    /** The node that owns a slot at this moment. */
    public RedisServer ownerOf(int slot) {
        return view().stream()
                .filter(node -> node.is("master") && node.hasSlot(slot))
                .map(node -> serverAt(node.port()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no node owns slot " + slot + " at this moment"));
    }

    /** The replicas of a master at this moment, those that are not running left out. */
    public List<RedisServer> replicasOf(RedisServer master) {
        String id = idOf(master);
        return view().stream()
                .filter(node -> node.is("slave") && node.master().equals(id))
                .map(node -> serverAt(node.port()))
                .filter(RedisServer::isRunning)
                .toList();
    }

    /** The slot of a key, from 0 to 16383. */
    public int slotOf(String key) {
        return ClusterSlots.of(key);
    }

    /**
     * Lets a replica take over from its master in order, without loss ({@code CLUSTER FAILOVER}), and returns when it has.
     *
     * @throws IllegalStateException if it does not within 30 s; its master must be alive for that
     */
    public void failOver(RedisServer replica) {
        call(replica, "CLUSTER", "FAILOVER");
        awaitMastership(replica);
    }

    /** Waits until a node owns slots, as after its master was killed. */
    public void awaitMastership(RedisServer node) {
        Polling.until(
                node + " is a master",
                LIMIT,
                () -> ClusterNode.seenBy(node)
                        .flatMap(seen ->
                                seen.stream().filter(one -> one.is("myself")).findFirst())
                        .filter(self -> self.is("master") && !self.slots().isEmpty())
                        .isPresent());
    }

    /**
     * Starts a further node, a master without slots, and returns when all know it. Give it some by {@link #moveSlot}; when it
     * has to give away its last one, it becomes a replica of the one who gets it, as servers of a cluster do.
     */
    public RedisServer addMaster() {
        RedisServer added = launch();
        nodes.add(added);
        nodes.stream().filter(node -> node != added && node.isRunning()).forEach(node -> meet(added, node));
        awaitWhole();
        return added;
    }

    /** Moves a slot with all its keys to another master while clients go on, and returns when it is there. */
    public void moveSlot(int slot, RedisServer to) {
        SlotMove move = beginMove(slot, to);
        move.moveKeys();
        move.finish();
    }

    /** Begins to move a slot: from now on what is new there goes to the target, by {@code ASK}. */
    public SlotMove beginMove(int slot, RedisServer to) {
        return new SlotMove(this, slot, ownerOf(slot), to);
    }

    /**
     * Waits until the cluster is well: every slot is owned, every running node agrees who is who, and each replica is in
     * touch with its master. Nodes that do not run, or are paused, are not waited for.
     *
     * @throws IllegalStateException if it is not within 30 s
     */
    public void awaitWhole() {
        Polling.until("the cluster is whole", LIMIT, this::isWhole);
    }

    private boolean isWhole() {
        Set<String> owners = new HashSet<>();
        int seeing = 0;
        for (RedisServer server : nodes) {
            Optional<List<ClusterNode>> seen = ClusterNode.seenBy(server);
            if (seen.isEmpty()) {
                continue;
            }
            seeing++;
            owners.add(seen.get().stream()
                    .filter(node -> node.is("master"))
                    .map(node -> node.id() + node.slots())
                    .sorted()
                    .collect(Collectors.joining(" ")));
            if (!isContent(server) || seen.get().stream().anyMatch(node -> node.is("fail?") || node.is("handshake"))) {
                return false;
            }
        }
        return seeing > 0 && owners.size() == 1;
    }

    private static boolean isContent(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            String replication = String.valueOf(probe.call("INFO", "replication"));
            return String.valueOf(probe.call("CLUSTER", "INFO")).contains("cluster_state:ok")
                    && (replication.contains("role:master") || replication.contains("master_link_status:up"));
        } catch (RuntimeException e) {
            return false;
        }
    }

    String idOf(RedisServer server) {
        return view().stream()
                .filter(node -> node.port() == server.port())
                .map(ClusterNode::id)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(server + " is not in the cluster"));
    }

    /** The cluster as the node with the latest news sees it: a node that was cut off may not know yet who took over. */
    private List<ClusterNode> view() {
        return nodes.stream()
                .flatMap(server -> ClusterNode.seenBy(server).stream())
                .max((one, other) -> Long.compare(trust(one), trust(other)))
                .orElseThrow(() -> new IllegalStateException("no node of the cluster answers"));
    }

    private static long trust(List<ClusterNode> seen) {
        return seen.stream().mapToLong(ClusterNode::epoch).max().orElse(0);
    }

    private RedisServer serverAt(int port) {
        return nodes.stream()
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no node of this cluster has port " + port));
    }

    static Object call(RedisServer server, String... command) {
        try (RedisProbe probe = server.probe()) {
            return String.valueOf(probe.call(command));
        }
    }

    /** Ends all nodes and removes their files. */
    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }

    /** Which server, and where. */
    @Override
    public String toString() {
        return binary.name() + " cluster at " + uri();
    }
}
