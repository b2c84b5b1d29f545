package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.testkit.RedisCluster;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisSentinels;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.assertj.core.util.Throwables;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whom a store is, where that changes, and where several are asked. */
@Tag("slow")
@Tag("any-jdk")
class CredentialsTest {

    private static final String ADA = "user ada on >tea ~* &* +@all";

    private static void assertWorksSoon(RedisStore store) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(5))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> answer(new Calls(store).create(newId())).equals(CommitResult.APPLIED));
    }

    @Test
    void aSupplierIsAskedAtEachConnectionAndWhatIsThereGoesOn() {
        try (RedisServer server = RedisServers.start(ADA);
                RedisProbe probe = server.probe()) {
            AtomicReference<String> password = new AtomicReference<>("tea");
            AtomicInteger asked = new AtomicInteger();
            try (RedisStore store = RedisStore.builder()
                    .uri(server.uri())
                    .credentials(() -> {
                        asked.incrementAndGet();
                        return new Credentials("ada", Objects.requireNonNull(password.get()));
                    })
                    .connect()) {
                assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
                probe.call("ACL", "SETUSER", "ada", "resetpass", ">milk");
                assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
                assertThat(asked).hasValue(1);
                password.set("milk");
                probe.call("CLIENT", "KILL", "USER", "ada");
                assertWorksSoon(store);
                assertThat(asked).hasValueGreaterThan(1);
            }
        }
    }

    @Test
    void whoIsNotLetInAgainIsToldWhyOnceAndInHealth() {
        try (RedisServer server = RedisServers.start(ADA);
                RedisProbe probe = server.probe();
                LogLines log = new LogLines(server.port())) {
            AtomicReference<String> password = new AtomicReference<>("tea");
            try (RedisStore store = RedisStore.builder()
                    .uri(server.uri())
                    .credentials(() -> new Credentials("ada", Objects.requireNonNull(password.get())))
                    .connect()) {
                store.ping();
                password.set("s3cret");
                probe.call("CLIENT", "KILL", "USER", "ada");
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    assertThat(store.health().reason()).contains("WRONGPASS");
                    assertThat(log.lines(Level.WARNING))
                            .filteredOn(line -> line.contains("WRONGPASS"))
                            .singleElement()
                            .asString()
                            .contains("the user or the password is wrong")
                            .doesNotContain("s3cret");
                });
                password.set("tea");
                assertWorksSoon(store);
                assertThat(log.lines(Level.WARNING))
                        .filteredOn(line -> line.contains("WRONGPASS"))
                        .hasSize(1);
            }
        }
    }

    @Test
    void aSupplierThatFailsIsAskedAgainAndItsWordsAreNotRepeated() {
        try (RedisServer server = RedisServers.start(ADA)) {
            AtomicInteger asked = new AtomicInteger();
            try (RedisStore store = RedisStore.builder()
                    .uri(server.uri())
                    .credentials(() -> {
                        if (asked.incrementAndGet() < 50) {
                            throw new IllegalArgumentException("s3cret");
                        }
                        return new Credentials("ada", "tea");
                    })
                    .connect()) {
                assertThatThrownBy(store::ping)
                        .satisfies(thrown ->
                                assertThat(Throwables.getStackTrace(thrown)).doesNotContain("s3cret"));
                assertWorksSoon(store);
            }
        }
    }

    /** And a user with the rights that docs/redis.md lists, and no others. */
    @Test
    void sentinelsMayHaveAPasswordOfTheirOwn() {
        Path page = Path.of("..", "docs", "redis.md");
        List<String> guide = new ArrayList<>(List.of("ACL", "SETUSER", "guide", "on", ">milk", "resetchannels"));
        guide.addAll(
                List.of(RightsTest.found(page, "lists needs `([^`]+)` and `&").split(" ")));
        guide.add(RightsTest.found(page, "lists needs `[^`]+` and `(&[^`]+)`"));
        try (RedisSentinels sentinels = RedisSentinels.start(ADA)) {
            sentinels.sentinels().forEach(sentinel -> {
                try (RedisProbe probe = sentinel.probe()) {
                    probe.call(guide.toArray(String[]::new));
                    probe.call("ACL", "SETUSER", "default", "-@all", "+acl", "+ping");
                }
            });
            try (RedisStore store = RedisStore.builder()
                    .uri(sentinels.uri())
                    .user("ada", "tea")
                    .sentinelCredentials(new Credentials("guide", "milk"))
                    .connect()) {
                assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
            }
            sentinels.sentinels().forEach(sentinel -> {
                try (RedisProbe probe = sentinel.probe()) {
                    assertThat(String.valueOf(probe.call("ACL", "LOG"))).doesNotContain("username, guide");
                }
            });
        }
    }

    @Test
    void everyNodeOfAClusterIsToldWhoWeAre() {
        try (RedisCluster cluster = RedisCluster.start(ADA);
                RedisStore store = RedisStore.builder()
                        .uri(cluster.uri())
                        .credentials(() -> new Credentials("ada", "tea"))
                        .connect()) {
            cluster.nodes().forEach(node -> {
                try (RedisProbe probe = node.probe()) {
                    probe.call("ACL", "SETUSER", "default", "-@write");
                }
            });
            for (int i = 0; i < 50; i++) {
                assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
            }
        }
    }
}
