package io.sojourn.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that is cut between the master and two nodes of the application on one side, and the replicas, the sentinels and the
 * other nodes on the other side. The master goes on answering its two nodes while its successor answers the others.
 *
 * <p>Replicas sign in as a user of their own, which is switched off at the master. The master does not take the order of the sentinels to
 * be a replica. The two nodes reach a sentinel through a proxy, which refuses.
 */
final class PartedSentinels extends SentinelServers {

    private static final String PEER = "peer";
    private static final String SECRET = "of-a-test";

    /** How long both masters answer. */
    private static final long SPLIT_MILLIS = 1_500;

    private final TcpProxy toSentinel;
    private final List<Long> whileParted = new ArrayList<>();

    PartedSentinels() {
        super(
                RedisServers.preferred(),
                "user " + PEER + " on >" + SECRET + " ~* &* +@all",
                "masteruser " + PEER,
                "masterauth " + SECRET);
        toSentinel = TcpProxy.to(sentinels.sentinels().get(0));
    }

    /** The first two nodes are on the side of the master that is cut off. */
    @Override
    public String uri(int node) {
        return node < 2
                ? "redis-sentinel://" + RedisServer.HOST + ":" + toSentinel.port() + "/0#" + RedisSentinels.MASTER_NAME
                : uri();
    }

    private static void call(RedisServer server, String... command) {
        try (RedisProbe probe = server.probe()) {
            probe.call(command);
        }
    }

    private static long saves(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            return probe.commandStats().getOrDefault("evalsha", 0L);
        }
    }

    private void part() {
        RedisServer master = sentinels.master();
        toSentinel.refuse();
        toSentinel.cut();
        call(master, "ACL", "SETUSER", PEER, "off");
        call(master, "CLIENT", "KILL", "USER", PEER);
        call(master, "ACL", "SETUSER", "default", "-slaveof", "-replicaof");
        RedisServer unused = sentinels.failOver();
        long before = saves(master);
        Servers.pause(SPLIT_MILLIS);
        whileParted.add(saves(master) - before);
        call(master, "ACL", "SETUSER", "default", "+@all");
        call(master, "ACL", "SETUSER", PEER, "on");
        toSentinel.heal();
        sentinels.awaitWhole();
    }

    /** How many scripts the old master ran in each split while there was a new one. */
    List<Long> whileParted() {
        assertThat(whileParted).isNotEmpty();
        return whileParted;
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(this::part);
    }

    @Override
    public void close() {
        toSentinel.close();
        super.close();
    }
}
