package io.sojourn.redis;

import static io.sojourn.redis.Calls.answer;
import static io.sojourn.redis.Calls.newId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.UnreadableSessionException;
import io.sojourn.config.SessionConfig;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store that a text names, found as a service. */
class RedisStoreProviderTest {

    private static final RedisServer SERVER = RedisServers.start("user ada on >tea ~* &* +@all");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static SessionStore open(Map<String, String> texts) {
        return new SessionConfig(TextSettings.of(texts)).openStore();
    }

    @Test
    void everySettingIsUnderstood() {
        SessionId id = newId();
        try (SessionStore store = open(Map.of(
                        "redis", SERVER.uri(),
                        "prefix", "shop",
                        "timeout", "2s",
                        "redisUser", "ada",
                        "redisPassword", "tea",
                        "redisDatabase", "3"));
                RedisProbe probe = SERVER.probe()) {
            assertThat(answer(new Calls(store).create(id))).isEqualTo(CommitResult.APPLIED);
            probe.call("SELECT", "3");
            assertThat(probe.keys()).contains("shop:" + id);
        }
    }

    @Test
    void sessionLargerThanTheLimitIsNotLoaded() {
        try (SessionStore store = open(Map.of("redis", SERVER.uri(), "redisMaxLoadBytes", "1MiB"))) {
            SessionId id = newId();
            answer(store.commit(new SessionWrite(
                    id,
                    SessionWrite.ABSENT,
                    1,
                    Instant.EPOCH,
                    Duration.ofMinutes(1),
                    Map.of("r", new byte[2 << 20]),
                    Set.of())));

            assertThatThrownBy(() -> answer(store.load(id)))
                    .isInstanceOf(UnreadableSessionException.class)
                    .hasMessageContaining("maxLoadBytes is 1048576");
        }
        assertThatThrownBy(() -> open(Map.of("redis", SERVER.uri(), "redisMaxLoadBytes", "1kB")))
                .hasMessageContaining("redisMaxLoadBytes")
                .hasMessageContaining("at least 1 MiB");
    }

    @Test
    void aManagerRefusesSettingsThatAllowSessionsWhichTheStoreDoesNotLoad() {
        try (SessionStore store = open(Map.of("redis", SERVER.uri(), "redisMaxLoadBytes", "8MiB"))) {
            assertThat(store.maxSessionBytes()).isEqualTo(6 << 20);
            assertThatThrownBy(() -> SessionManager.create(store))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maxSessionBytes is 8388608")
                    .hasMessageContaining("maxLoadBytes");
            assertThat(SessionManager.create(
                            store,
                            SessionSettings.builder().maxSessionBytes(6 << 20).build()))
                    .isNotNull();
        }
    }

    @Test
    void aNearCacheIsSetUp() {
        try (SessionStore store = open(Map.of(
                "redis", SERVER.uri(),
                "nearCache", "true",
                "nearCacheMaxBytes", "1MiB",
                "nearCacheMaxStaleness", "1s",
                "nearCacheStaleWhileDown", "30s"))) {
            SessionId id = newId();
            RedisStore redis = (RedisStore) store;
            Awaitility.await().until(() -> redis.nearCache().orElseThrow().active());
            answer(new Calls(store).create(id));
            answer(store.load(id));
            assertThat(redis.nearCache().orElseThrow().hits()).isEqualTo(1);
        }
        try (SessionStore store = open(Map.of("redis", SERVER.uri(), "nearCache", "false"))) {
            assertThat(((RedisStore) store).nearCache()).isEmpty();
        }
    }

    @Test
    void passwordAloneIsThatOfTheDefaultUser() {
        try (RedisServer guarded = RedisServers.start("requirepass tea");
                SessionStore store = open(Map.of("redis", guarded.uri(), "redisPassword", "tea"))) {
            assertThat(answer(new Calls(store).create(newId()))).isEqualTo(CommitResult.APPLIED);
        }
    }

    @Test
    void itsNamesAreKnownToWhoeverChecksThem() {
        assertThat(SessionConfig.names()).containsAll(new RedisStoreProvider().settings());
    }

    @ParameterizedTest
    @CsvSource({
        "redis, redis://user:secret@:99999999/x, no Redis URI",
        "redis, redis:secret, A Redis URI begins with",
        "timeout, 30, no duration",
        "timeout, 1ms, from 10 ms",
        "prefix, 'secret tea', prefix must be",
        "redisDatabase, -1, must not be negative",
        "nearCache, yes, none of false",
        "nearCacheMaxBytes, 1MB, there is no near cache",
        "nearCacheMaxStaleness, 10ms, from 100 ms to 30 s",
        "nearCacheStaleWhileDown, 2h, from 0 to 1 hour",
        "redisUser, ada, but not redisPassword"
    })
    void textThatMakesNoSenseIsRefusedByNameAndNoSecretIsTold(String name, String text, String reason) {
        var texts = new java.util.HashMap<>(Map.of("redis", SERVER.uri()));
        texts.put(name, text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(texts))
                .withMessageContaining(name)
                .withMessageContaining(reason)
                .withMessageNotContaining("secret")
                .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                        .doesNotContain("secret"));
    }

    @Test
    void closedStoreAnswersNoMore() {
        SessionStore store = open(Map.of("redis", SERVER.uri()));
        store.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> store.load(newId()).toCompletableFuture().get());
    }
}
