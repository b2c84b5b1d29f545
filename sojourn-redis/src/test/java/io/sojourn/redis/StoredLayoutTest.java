package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.testkit.ManualClock;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in Redis, seen by somebody who has never heard of the store. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
class StoredLayoutTest {

    /** How much of a time to live may have passed until it is looked at. */
    private static final long PASSED_MILLIS = 10_000;

    private final RedisStore store;
    private final RedisProbe probe;
    private final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");

    StoredLayoutTest(RedisServer server) {
        store = Servers.connectTo(server.uri());
        probe = server.probe();
    }

    @BeforeEach
    void empty() {
        probe.call("FLUSHALL");
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    private SessionManager manager(SessionSettings.Builder settings) {
        return SessionManager.create(store, settings.clock(clock).build());
    }

    private SessionManager manager() {
        return manager(SessionSettings.builder());
    }

    private static Session saved(SessionManager sessions, Session session) {
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    private static Session withAttribute(Session session, String name, Object value) {
        session.set(name, value);
        return session;
    }

    private static String key(SessionId id) {
        return "sojourn:" + id;
    }

    private static String text(Map<String, byte[]> hash, String field) {
        return new String(hash.getOrDefault(field, new byte[0]), StandardCharsets.US_ASCII);
    }

    private void assertLives(SessionId id, Duration timeToLive) {
        assertThat(probe.ttlMillis(key(id))).isBetween(timeToLive.toMillis() - PASSED_MILLIS, timeToLive.toMillis());
    }

    @Test
    void aSessionIsOneHashAndNothingElse() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "cart", "apples"));
        assertThat(probe.keys()).containsExactly(key(session.id()));
        assertThat(probe.type(key(session.id()))).isEqualTo("hash");
        Map<String, byte[]> hash = probe.hash(key(session.id()));
        assertThat(hash).containsOnlyKeys("v", "t", "r");
        assertThat(text(hash, "v")).matches("[A-Za-z0-9_-]{11}");
        assertThat(text(hash, "t")).isEqualTo("1893456000000");
        assertThat(hash.getOrDefault("r", new byte[0])).startsWith(0x01, 0x82);
    }

    @Test
    void aLargeAttributeHasAFieldOfItsOwn() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "Gr\u00f6\u00dfe", "x".repeat(3_000)));
        assertThat(probe.hash(key(session.id()))).containsOnlyKeys("v", "t", "r", "a:Gr\u00f6\u00dfe");
        session.set("Gr\u00f6\u00dfe", "small");
        saved(sessions, session);
        assertThat(probe.hash(key(session.id()))).containsOnlyKeys("v", "t", "r");
    }

    @Test
    void everyWriteHasARevisionOfItsOwn() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "n", 0));
        Set<String> revisions = new HashSet<>();
        for (int n = 1; n <= 20; n++) {
            revisions.add(text(probe.hash(key(session.id())), "v"));
            saved(sessions, withAttribute(session, "n", n));
        }
        assertThat(revisions).hasSize(20);
    }

    @Test
    void theTimeToLiveIsThatOfTheSettings() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "a", 1));
        assertLives(session.id(), Duration.ofMinutes(31));
        SessionManager fixed = manager(SessionSettings.builder().extendOnRead(false));
        assertLives(saved(fixed, withAttribute(fixed.create(), "a", 1)).id(), Duration.ofMinutes(30));
        SessionManager daily = manager(SessionSettings.builder().absoluteTimeout(Duration.ofMinutes(5)));
        assertLives(saved(daily, withAttribute(daily.create(), "a", 1)).id(), Duration.ofMinutes(5));
        SessionManager eternal =
                manager(SessionSettings.builder().idleTimeout(Duration.ZERO).absoluteTimeout(Duration.ZERO));
        Session forEver = saved(eternal, withAttribute(eternal.create(), "a", 1));
        assertThat(probe.ttlMillis(key(forEver.id()))).isEqualTo(-1);
    }

    @Test
    void theTimeToLiveFollowsTheSession() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "a", 1));
        session.setIdleTimeout(Duration.ofMinutes(100));
        assertLives(saved(sessions, session).id(), Duration.ofMinutes(101));
        session.setIdleTimeout(Duration.ZERO);
        assertLives(saved(sessions, session).id(), Duration.ofHours(24));
    }

    @Test
    void aTouchExtendsAndIsNoWrite() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "a", 1));
        Map<String, byte[]> before = probe.hash(key(session.id()));
        probe.call("PEXPIRE", key(session.id()), "60000");
        clock.advance(Duration.ofMinutes(2));
        Session next = sessions.find(session.token()).orElseThrow();
        assertThat(sessions.save(next)).isEqualTo(SaveOutcome.UNCHANGED);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(text(probe.hash(key(session.id())), "t")).isEqualTo("1893456120000"));
        assertLives(session.id(), Duration.ofMinutes(31));
        Map<String, byte[]> after = probe.hash(key(session.id()));
        assertThat(after.get("v")).isEqualTo(before.get("v"));
        assertThat(after.get("r")).isEqualTo(before.get("r"));
    }

    @Test
    void aRevokedSessionLeavesNothing() {
        SessionManager sessions = manager();
        Session session = saved(sessions, withAttribute(sessions.create(), "large", "x".repeat(3_000)));
        assertThat(sessions.revoke(session)).isTrue();
        assertThat(probe.keys()).isEmpty();
    }

    @Test
    void anEmptySessionIsNoKey() {
        SessionManager sessions = manager();
        Session session = sessions.create();
        session.rotate();
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(probe.keys()).isEmpty();
    }
}
