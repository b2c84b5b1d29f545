package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.SessionId;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import io.sojourn.spi.layer.ForwardingEnds;
import io.sojourn.spi.layer.ForwardingStore;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.contract.SessionStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The store's contract for a user who has the rights that docs/redis.md lists, and none more. */
@ParameterizedClass
@MethodSource("backends")
@Tag("slow")
@Tag("any-jdk")
class RightsTest extends SessionStoreContract {

    record Backend(
            String name, boolean endEvents, boolean everyNode, String uri, List<RedisServer> servers, Runnable stop)
            implements AutoCloseable {

        @Override
        public void close() {
            stop.run();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What stands behind the heading of a block in the documentation: {@code ACL SETUSER …}. */
    static String documented(String feature) {
        return found(
                Path.of("..", "docs", "redis.md"),
                "<!-- rights: " + feature + " -->\\s+ACL SETUSER shop on >\\S+ (.*)");
    }

    static String found(Path page, String pattern) {
        try {
            Matcher block = Pattern.compile(pattern).matcher(Files.readString(page));
            assertThat(block.find()).as(page + " lists rights").isTrue();
            return block.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The oldest server at hand, whose lists know the fewest words, and a cluster of another. */
    static Stream<Backend> backends() {
        List<RedisBinary> servers = RedisServers.available();
        RedisBinary oldest = servers.get(servers.size() - 1);
        String troubleshooting = found(Path.of("..", "TROUBLESHOOTING.md"), "ACL SETUSER sojourn on >\\S+ (.*)");
        return Stream.of(
                server(oldest, "docs/redis.md", documented("one server")),
                server(oldest, "TROUBLESHOOTING.md", troubleshooting),
                server(
                        oldest,
                        "docs/redis.md with endEvents",
                        documented("one server") + " " + addition("`endEvents`")),
                server(
                        oldest,
                        "docs/redis.md with endEvents and endEventsOnEveryNode",
                        documented("one server") + " " + addition("`endEvents`") + " "
                                + addition("`endEventsOnEveryNode`, beside those")),
                cluster(RedisServers.preferred(), ""),
                cluster(
                        RedisServers.preferred(),
                        " " + addition("`endEvents`") + " " + addition("`endEventsOnEveryNode`, beside those")));
    }

    private static Backend server(RedisBinary binary, String page, String rights) {
        RedisServer server = RedisServers.start(binary, "user shop on >tea " + rights);
        return new Backend(
                binary.name() + ", " + page,
                page.contains("endEvents"),
                page.contains("endEventsOnEveryNode"),
                server.uri().replace("://", "://shop:tea@"),
                List.of(server),
                server::close);
    }

    private static Backend cluster(RedisBinary binary, String more) {
        RedisCluster cluster = RedisCluster.start(binary, "user shop on >tea " + documented("cluster") + more);
        for (RedisServer node : cluster.nodes()) {
            try (RedisProbe probe = node.probe()) {
                // No master is to be replaced here because the machine stood still.
                probe.call("CONFIG", "SET", "cluster-node-timeout", "30000");
            }
        }
        return new Backend(
                binary.name() + " cluster" + more,
                !more.isEmpty(),
                !more.isEmpty(),
                cluster.uri().replace("://", "://shop:tea@"),
                cluster.nodes(),
                cluster::close);
    }

    private final Backend backend;
    private final RedisStore store;

    RightsTest(Backend backend) {
        this.backend = backend;
        this.store = open();
    }

    @Override
    protected RedisStore open() {
        return RedisStore.builder()
                .uri(backend.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
    }

    /** Without the rights for {@code endEvents} the store is one that cannot do it; without those for every node it is not asked to. */
    @Override
    public SessionStore store() {
        return new ForwardingStore(store) {
            @Override
            public Optional<SessionEnds> ends() {
                return backend.endEvents() ? super.ends().map(ends -> onOneNode(ends)) : Optional.empty();
            }
        };
    }

    private SessionEnds onOneNode(SessionEnds ends) {
        return new ForwardingEnds(ends) {
            @Override
            public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
                assumeTrue(node == null || backend.everyNode(), "the user lacks the rights of endEventsOnEveryNode");
                return super.told(id, end, node);
            }

            @Override
            public CompletionStage<Boolean> share(SessionId id, PastEnd end, String node, String cause) {
                assumeTrue(backend.everyNode(), "the user lacks the rights of endEventsOnEveryNode");
                return super.share(id, end, node, cause);
            }

            @Override
            public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
                assumeTrue(backend.everyNode(), "the user lacks the rights of endEventsOnEveryNode");
                return super.shared(after, count);
            }
        };
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** The rights in the table of docs/redis.md. */
    static String addition(String feature) {
        return found(Path.of("..", "docs", "redis.md"), "\\| " + Pattern.quote(feature) + " \\| `(\\+[^`]+)`")
                .replace("\\|", "|");
    }

    @Test
    void rightsOfTheTableAreEnoughForNearCacheAndName() {
        String rights = documented("one server") + " " + addition("the [near cache](near-cache.md)") + " "
                + addition("`clientName`");
        try (RedisServer server = RedisServers.start("user shop on >tea " + rights);
                RedisProbe probe = server.probe();
                RedisStore near = RedisStore.builder()
                        .uri(server.uri().replace("://", "://shop:tea@"))
                        .clientName("shop-1")
                        .nearCache(NearCache.create())
                        .connect()) {
            Awaitility.await().until(() -> near.nearCache().orElseThrow().active());
            SessionId id = newId();
            answer(new Calls(near).create(id));
            answer(new Calls(near).touch(id, 1));
            assertThat(answer(new Calls(near).load(id))).isPresent();
            assertThat(String.valueOf(probe.call("CLIENT", "LIST"))).contains("name=shop-1");
            assertThat(String.valueOf(probe.call("ACL", "LOG"))).isEqualTo("[]");
        }
    }

    @Test
    void nothingIsRefusedAndNothingIsAskedForThatIsNotListed() {
        for (RedisServer server : backend.servers()) {
            try (RedisProbe probe = server.probe()) {
                probe.call("ACL", "LOG", "RESET");
            }
        }
        try (RedisStore another = open()) {
            SessionId id = newId();
            answer(new Calls(another).create(id));
            answer(new Calls(another).touch(id, 1));
            answer(new Calls(another).load(id));
            answer(another.tombstone(id));
            another.ping();
        }
        for (RedisServer server : backend.servers()) {
            try (RedisProbe probe = server.probe()) {
                assertThat(String.valueOf(probe.call("ACL", "LOG"))).isEqualTo("[]");
            }
        }
    }
}
