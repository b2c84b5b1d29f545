package io.sojourn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.health.ServerReport;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The arithmetic of docs/capacity.md, against what servers say that sessions take. */
@ParameterizedClass
@MethodSource("io.sojourn.redis.Servers#each")
@Tag("slow")
@Tag("any-jdk")
class CapacityTest {

    private static final long FIXED = 300;
    private static final long A_FIELD = 40;

    /** What is left for them beside two large attributes, and for the marks between the pieces of a long text. */
    private static final int AND_THE_SMALL_ONES = 20_000;

    /** How much less a session takes in the tables of Valkey 8.1. */
    private static final long LESS = 70;

    private final long less;

    /** In percent. Redis 6.2 does not count what the allocator adds to a block. */
    private final int tolerance;

    private final String signedIn;
    private final RedisProbe probe;
    private final RedisStore store;
    private final SessionManager sessions;

    CapacityTest(RedisServer server) {
        boolean valkey = server.flavor() == RedisBinary.Flavor.VALKEY;
        less = valkey && server.version().startsWith("8.1") ? LESS : 0;
        tolerance = server.version().startsWith("6.") ? 20 : 12;
        signedIn = valkey && !server.version().startsWith("8.0") ? "the same on Valkey 8.1 and later" : "signed in";
        probe = server.probe();
        probe.call("FLUSHALL");
        store = RedisStore.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(10))
                .connect();
        sessions = SessionManager.create(store);
    }

    @AfterEach
    void close() {
        store.close();
        probe.close();
    }

    private String stored(Consumer<Session> filling) {
        Session session = sessions.create();
        filling.accept(session);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        return "sojourn:" + session.id();
    }

    /** What the allocator gives out for so many bytes: four sizes for each power of two. */
    private static long rounded(long bytes) {
        long step = Math.max(16, Long.highestOneBit(bytes - 1) / 4);
        return (bytes + step - 1) / step * step;
    }

    private static long estimate(Map<String, byte[]> fields) {
        long estimate = FIXED;
        for (Map.Entry<String, byte[]> field : fields.entrySet()) {
            long value = rounded(field.getValue().length + 6L);
            estimate += switch (field.getKey()) {
                case "v", "t" -> 0;
                case "r" -> value;
                default -> value + A_FIELD;
            };
        }
        return estimate;
    }

    /** The number in bold in the row that begins so. */
    private static long documented(String row) {
        try {
            String page = Files.readString(Path.of("..", "docs", "capacity.md"));
            Matcher number = Pattern.compile("(?m)^\\| " + Pattern.quote(row) + ".*\\*\\*([0-9,]+)\\*\\*")
                    .matcher(page);
            assertThat(number.find()).as(row).isTrue();
            return Long.parseLong(number.group(1).replace(",", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertTakes(String row, Consumer<Session> filling) {
        String key = stored(filling);
        long usage = probe.memoryUsage(key);
        assertThat(estimate(probe.hash(key)) - less).isCloseTo(usage, Percentage.withPercentage(12));
        assertThat(documented(row) - less).isCloseTo(usage, Percentage.withPercentage(12));
    }

    @Test
    void aSessionTakesWhatTheArithmeticSays() {
        assertTakes("three small attributes", Sessions::fillWithThree);
        assertTakes("ten attributes, 1 KB", Sessions::fillWithOneKilobyte);
        assertTakes("the same and one of 100 KB", session -> {
            Sessions.fillWithOneKilobyte(session);
            session.set("large", "x".repeat(100_000));
        });
        assertTakes("three of 5 KB", session -> {
            for (int i = 0; i < 3; i++) {
                session.set("large" + i, "x".repeat(5_000));
            }
        });
    }

    /** The setting has its old name on all versions. */
    @Test
    void aServerThatTakesLongerValuesForShortOnesNeedsLessMemory() {
        probe.call("CONFIG", "SET", "hash-max-ziplist-value", "2048");
        try {
            assertTakesInOneBlock("in one block: three", Sessions::fillWithThree);
            assertTakesInOneBlock("in one block: ten", Sessions::fillWithOneKilobyte);
        } finally {
            probe.call("CONFIG", "SET", "hash-max-ziplist-value", "64");
        }
    }

    private void assertTakesInOneBlock(String row, Consumer<Session> filling) {
        Session session = sessions.create();
        filling.accept(session);
        sessions.save(session);
        session.set("count", 5L);
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        String key = "sojourn:" + session.id();
        assertThat(probe.call("OBJECT", "ENCODING", key)).isIn("listpack", "ziplist");
        assertThat(documented(row) - less).isCloseTo(probe.memoryUsage(key), Percentage.withPercentage(tolerance));
        assertThat(sessions.find(session.token()).orElseThrow().<Long>get("count"))
                .isEqualTo(5);
    }

    @Test
    void aServerTakesLittleMoreThanItsSessions() {
        long before = usedMemory();
        int count = 4_000;
        fill(count, session -> {});
        long each = (usedMemory() - before) / count;
        assertThat(each)
                .isCloseTo(documented("ten attributes, 1 KB") + documented("tables"), Percentage.withPercentage(12));
        long unsigned = usedMemory();
        fill(count, session -> session.signIn("user-" + session.id()));
        long more = (usedMemory() - unsigned) / count - each;
        assertThat(more).isCloseTo(documented(signedIn), Percentage.withPercentage(20));
    }

    private void fill(int count, Consumer<Session> also) {
        List<CompletableFuture<?>> saves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Session session = sessions.create();
            Sessions.fillWithOneKilobyte(session);
            also.accept(session);
            saves.add(sessions.async().save(session).toCompletableFuture());
            if (saves.size() == 200) {
                saves.forEach(CompletableFuture::join);
                saves.clear();
            }
        }
        saves.forEach(CompletableFuture::join);
    }

    /** Without the buffers of connections: those that an earlier test has closed may go at any moment, and hold megabytes. */
    private long usedMemory() {
        Matcher buffers = Pattern.compile(" tot-mem=([0-9]+)").matcher(String.valueOf(probe.call("CLIENT", "LIST")));
        long ofConnections = buffers.results()
                .mapToLong(each -> Long.parseLong(each.group(1)))
                .sum();
        assertThat(ofConnections).isPositive();
        return Long.parseLong(ServerReport.lines(String.valueOf(probe.call("INFO", "memory")))
                        .getOrDefault("used_memory", "0"))
                - ofConnections;
    }

    @Test
    void aSessionAtItsLimitsIsStoredReadAndChanged() {
        String largest = "x".repeat(SessionSettings.DEFAULT_MAX_ATTRIBUTE_BYTES - AND_THE_SMALL_ONES);
        Session session = sessions.create();
        session.set("first", largest);
        session.set("second", largest);
        for (int i = 2; i < SessionSettings.DEFAULT_MAX_ATTRIBUTES; i++) {
            session.set("a" + i, i % 10);
        }
        assertThat(sessions.save(session)).isEqualTo(SaveOutcome.SAVED);
        Session found = sessions.find(session.token()).orElseThrow();
        assertThat(found.names()).hasSize(SessionSettings.DEFAULT_MAX_ATTRIBUTES);
        assertThat(found.<String>get("first")).isEqualTo(largest);
        found.set("a7", 70);
        assertThat(sessions.save(found)).isEqualTo(SaveOutcome.SAVED);
        assertThat(sessions.find(session.token()).orElseThrow().<Integer>get("a7"))
                .isEqualTo(70);
        long bytes = probe.hash("sojourn:" + session.id()).values().stream()
                .mapToLong(part -> part.length)
                .sum();
        assertThat(bytes).isBetween(SessionSettings.DEFAULT_MAX_SESSION_BYTES - 2L * AND_THE_SMALL_ONES, (long)
                SessionSettings.DEFAULT_MAX_SESSION_BYTES);
        found.set("a8", largest);
        assertThatThrownBy(() -> sessions.save(found)).isInstanceOf(SessionLimitException.class);
    }
}
