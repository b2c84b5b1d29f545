package io.sojourn.costs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.zstd.CompressedStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of memory in Redis, bytes on the way to it, and commands, of the sessions that the benchmarks work with. */
@ParameterizedClass
@MethodSource("servers")
class CostsTest {

    private static final Map<String, Object> THREE = Map.of(
            "email", "ada.lovelace@example.org",
            "locale", "en-GB",
            "customer", 81_512_101_852L);

    private final RedisServer server;
    private final RedisProbe probe;
    private final RedisStore store;

    CostsTest(RedisServer server) {
        this.server = server;
        this.probe = server.probe();
        this.store = RedisStore.connect(server.uri());
    }

    static Stream<RedisServer> servers() {
        return RedisServers.available().stream().map(RedisServers::start);
    }

    /** Seven strings, a list of three strings, a {@code Long} and an {@code Instant}; about 1 KB. */
    private static Map<String, Object> ten() {
        Map<String, Object> all = new LinkedHashMap<>(THREE);
        all.put("name", "Augusta Ada King, Countess of Lovelace");
        all.put("userAgent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36");
        all.put("csrfToken", "9e107d9d372bb6826bd81d3542a419d69e107d9d372bb6826bd81d3542a419d6");
        all.put("lastPage", "/shop/department/outdoor/article/1000000");
        all.put("note", words(480));
        all.put("cart", new ArrayList<>(List.of("tea " + words(36), "biscuits " + words(31), "lantern " + words(32))));
        all.put("signedInAt", Instant.parse("2026-11-23T10:15:30.123456Z"));
        return all;
    }

    private static String words(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < length; i++) {
            text.append("the engine weaves pattern ").append(i * 7919 % 1000).append(' ');
        }
        return text.substring(0, length);
    }

    @BeforeEach
    void begin() {
        store.ping();
        probe.call("FLUSHALL");
    }

    @AfterEach
    void end() {
        store.close();
        probe.close();
    }

    private static Session saved(SessionStore in, Map<String, Object> attributes) {
        SessionManager sessions = SessionManager.create(in);
        Session session = sessions.create();
        attributes.forEach(session::set);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private long memory() {
        return probe.keys().stream().mapToLong(probe::memoryUsage).sum();
    }

    private long bytesReceived() {
        String stats = String.valueOf(probe.call("INFO", "stats"));
        return stats.lines()
                .filter(line -> line.startsWith("total_net_input_bytes:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    @Test
    void sessionOfTenAttributesTakesAtMost1650BytesOfRedis() {
        saved(store, ten());
        assertThat(memory()).isBetween(1_000L, 1_650L);
    }

    @Test
    void compressedItTakesAtMost1250() {
        saved(CompressedStore.over(store), ten());
        assertThat(memory()).isBetween(500L, 1_250L);
    }

    @Test
    void sessionOfThreeAttributesTakesAtMost520() {
        saved(store, THREE);
        assertThat(memory()).isBetween(200L, 520L);
    }

    @Test
    void smallChangeSendsTheRecordOfSmallAttributesAndNoLargeOne() {
        Map<String, Object> attributes = ten();
        for (int i = 0; i < 4; i++) {
            attributes.put("document" + i, words(25_000));
        }
        SessionManager sessions = SessionManager.create(store);
        Session session = sessions.find(saved(store, attributes).token()).orElseThrow();
        long before = bytesReceived();
        session.set("lastPage", "/shop/basket");
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(bytesReceived() - before).isBetween(1_000L, 1_450L);
    }

    @Test
    void nearCacheHitSendsNothing() {
        try (RedisStore near = RedisStore.builder()
                .uri(server.uri())
                .nearCache(NearCache.create())
                .connect()) {
            near.ping();
            SessionManager sessions = SessionManager.create(near);
            Session session = saved(near, ten());
            assertThat(sessions.find(session.token())).isPresent();
            try (RedisMonitor monitor = probe.monitor()) {
                for (int i = 0; i < 100; i++) {
                    assertThat(sessions.save(sessions.find(session.token()).orElseThrow()))
                            .isEqualTo(SaveOutcome.UNCHANGED);
                }
                // Once in a second somebody asks whether the server is still there.
                assertThat(monitor.lines()).hasSizeLessThan(10).noneMatch(line -> line.contains("EVALSHA"));
            }
        }
    }
}
