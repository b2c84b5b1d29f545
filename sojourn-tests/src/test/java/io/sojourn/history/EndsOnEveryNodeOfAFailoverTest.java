package io.sojourn.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three processes listen on every node while sessions end, one of them is killed, and so is the master that has the stream of ends.
 * Each end is told on both nodes that live, with its cause and what the session held. All replicas must have each write, so that the
 * failover loses none.
 */
@Tag("full")
@Timeout(600)
class EndsOnEveryNodeOfAFailoverTest {

    private static final String PREFIX = "ends";
    private static final int OF_EACH_KIND = 150;

    /** So long that these sessions end after the failover, which a busy machine may take a while for. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    /** One process, and what it has heard. */
    private static final class Node {

        private final Process process;
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Node(String uri, int replicas) {
            try {
                process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EndsNode.class.getName(),
                                uri,
                                PREFIX,
                                Integer.toString(replicas),
                                "everywhere")
                        .redirectError(Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread reader = new Thread(this::read);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                String line = output.readLine();
                while (line != null) {
                    lines.add(line);
                    line = output.readLine();
                }
            } catch (IOException e) {
                lines.add("lost " + e);
            }
        }

        boolean isReady() {
            return lines.contains("ready");
        }

        /** Id, cause and cart of each end that was told, once for each time. */
        List<String> ends() {
            return lines.stream()
                    .filter(line -> line.startsWith("end "))
                    .map(line -> line.substring(4))
                    .toList();
        }

        boolean hasHeard(Set<String> ends) {
            return new HashSet<>(ends()).containsAll(ends);
        }
    }

    private static Session stored(SessionManager sessions, String cart) {
        Session session = sessions.create();
        session.set("cart", cart);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    /** Goes on until Redis has answered: without an answer the session may or may not have ended. */
    private static void revoke(SessionManager sessions, Session session) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            try {
                boolean unused = sessions.revoke(session.id());
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
    }

    @Test
    void eachNodeHearsOfEachEndThoughTheMasterBehindSentinelsIsKilled() {
        try (RedisSentinels sentinels = RedisSentinels.start()) {
            eachNodeHearsOfEachEnd(sentinels.uri(), sentinels.replicas().size(), () -> {
                RedisServer master = sentinels.master();
                master.kill();
                RedisServer unused = sentinels.awaitOtherMaster(master);
                master.restart();
                sentinels.awaitWhole();
            });
        }
    }

    @Test
    void eachNodeHearsOfEachEndThoughTheMasterOfTheStreamIsKilledInACluster() {
        try (RedisCluster cluster = RedisCluster.start()) {
            eachNodeHearsOfEachEnd(cluster.uri(), 1, () -> {
                RedisServer master = cluster.masterOf(PREFIX + ":@told");
                RedisServer replica = cluster.replicasOf(master).get(0);
                master.kill();
                cluster.awaitMastership(replica);
                master.restart();
                cluster.awaitWhole();
            });
        }
    }

    private static void eachNodeHearsOfEachEnd(String uri, int replicas, Runnable failover) {
        List<Node> nodes = new ArrayList<>();
        try (RedisStore store = EndsNode.store(uri, PREFIX, replicas, Duration.ofSeconds(10))) {
            for (int i = 0; i < 3; i++) {
                nodes.add(new Node(uri, replicas));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> nodes.stream().allMatch(Node::isReady));
            SessionManager sessions = SessionManager.create(
                    store,
                    SessionSettings.builder()
                            .endEvents(true)
                            .endEventsOnEveryNode(true)
                            .idleTimeout(IDLE)
                            .build());
            Set<String> expected = new HashSet<>();
            List<Session> toBeRevoked = new ArrayList<>();
            for (int i = 0; i < OF_EACH_KIND; i++) {
                toBeRevoked.add(stored(sessions, "r" + i));
                expected.add(toBeRevoked.get(i).id() + " REVOKED_ID r" + i);
                expected.add(stored(sessions, "i" + i).id() + " IDLE i" + i);
            }
            // Their ends are being told when the servers fail, and the node that tells some of them.
            for (Session session : toBeRevoked.subList(0, OF_EACH_KIND / 2)) {
                revoke(sessions, session);
            }
            nodes.get(0).process.destroyForcibly();
            failover.run();
            for (Session session : toBeRevoked.subList(OF_EACH_KIND / 2, OF_EACH_KIND)) {
                revoke(sessions, session);
            }
            List<Node> living = nodes.subList(1, 3);
            await().atMost(Duration.ofMinutes(4))
                    .until(() -> living.stream().allMatch(node -> node.hasHeard(expected)));
            for (Node node : living) {
                List<String> told = node.ends();
                assertThat(told).containsOnly(expected.toArray(String[]::new));
                System.out.println(uri.replaceAll(":.*", "") + ": " + told.size() + " ends told of " + expected.size());
            }
        } finally {
            nodes.forEach(node -> node.process.destroyForcibly());
        }
    }
}
