package io.sojourn.scene;

import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;

/** Servers that are in trouble all the time. */
interface Servers extends AutoCloseable {

    /** One trouble; all is right again when its method returns. */
    interface Trouble {
        void happen() throws Exception;
    }

    /** Every server, those that are down as well. */
    List<RedisServer> all();

    /** Those that tell of all keys: a replica of a cluster tells of none. */
    default List<RedisServer> withKeys() {
        return all();
    }

    String uri();

    /** A store that waits for replicas before it acknowledges a write: for all that may take over. */
    RedisStoreBuilder durable(RedisStoreBuilder store);

    List<Trouble> troubles();

    @Override
    void close();

    static void pause(long millis) {
        Duration time = Duration.ofMillis(millis);
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    /** One server that writes down each command before it answers. */
    static Servers server() {
        RedisServer server = RedisServers.start("appendonly yes", "appendfsync always");
        return new Servers() {
            @Override
            public List<RedisServer> all() {
                return List.of(server);
            }

            @Override
            public String uri() {
                return server.uri();
            }

            @Override
            public RedisStoreBuilder durable(RedisStoreBuilder store) {
                return store; // There is no replica, and the file is there.
            }

            @Override
            public List<Trouble> troubles() {
                return List.of(
                        () -> {
                            server.kill();
                            pause(200);
                            server.restart();
                        },
                        () -> {
                            server.pause();
                            pause(900);
                            server.resume();
                        });
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /** Three masters with a replica each, which are killed or suspended until they are replaced, while slots move. */
    static Servers cluster() {
        RedisCluster cluster = RedisCluster.start();
        Random random = new Random(4);
        return new Servers() {
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

            private RedisServer someMaster() {
                List<RedisServer> masters = List.copyOf(cluster.masters());
                return masters.get(random.nextInt(masters.size()));
            }

            private void moveSlots() {
                for (int i = 0; i < 50; i++) {
                    int slot = random.nextInt(16_384);
                    RedisServer owner = cluster.ownerOf(slot);
                    List<RedisServer> others = cluster.masters().stream()
                            .filter(master -> master != owner)
                            .toList();
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
                pause(500);
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
        };
    }

    /** A master with two replicas that its sentinels replace because it died, because it was silent, or because they are asked to. */
    static Servers sentinels() {
        RedisSentinels sentinels = RedisSentinels.start();
        return new Servers() {
            @Override
            public List<RedisServer> all() {
                return sentinels.servers();
            }

            @Override
            public String uri() {
                return sentinels.uri();
            }

            @Override
            public RedisStoreBuilder durable(RedisStoreBuilder store) {
                return store.durability(2, Duration.ofMillis(500)); // Either of the two may take over.
            }

            private void replace(boolean kill) {
                RedisServer master = sentinels.master();
                if (kill) {
                    master.kill();
                } else {
                    master.pause();
                }
                RedisServer unused = sentinels.awaitOtherMaster(master);
                pause(kill ? 500 : 1_000);
                if (kill) {
                    master.restart();
                } else {
                    master.resume(); // It takes itself for the master for a moment.
                }
                sentinels.awaitWhole();
            }

            @Override
            public List<Trouble> troubles() {
                return List.of(() -> replace(true), () -> replace(false), () -> {
                    RedisServer unused = sentinels.failOver();
                    sentinels.awaitWhole();
                });
            }

            @Override
            public void close() {
                sentinels.close();
            }
        };
    }
}
