package io.sojourn.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisLayout;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServers;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 200,000 sessions: right answers, and others do not notice the scan. */
@Tag("full")
class ManySessionsTest {

    private static final int MANY = 200_000;
    private static final int PINGS = 2_000;

    /** Copies one session under ids that are numbers. */
    private static final String COPY = "local s = redis.call('HGETALL', KEYS[1])"
            + " for i = ARGV[1] + 0, ARGV[2] - 1 do"
            + "  local key = ARGV[3] .. string.format('%021d', i) .. 'A'"
            + "  redis.call('HSET', key, unpack(s)) redis.call('PEXPIRE', key, 3600000) end";

    @ParameterizedTest
    @EnumSource(
            value = RedisLayout.Kind.class,
            names = {"SERVER", "SENTINELS", "CLUSTER"})
    void aScanOfManySessionsIsRightAndGentle(RedisLayout.Kind kind) {
        try (RedisLayout layout = RedisLayout.start(kind, RedisServers.preferred());
                RedisStore store = World.store(layout, "{many}");
                RedisProbe probe =
                        RedisProbe.connect("redis://" + store.master("{many}").name())) {
            SessionManager sessions = SessionManager.create(store);
            Session template = sessions.create();
            template.set("cart", "x".repeat(100));
            sessions.save(template);
            String key = "{many}:" + template.id();
            for (int from = 0; from < MANY - 1; from += 10_000) {
                probe.call("EVAL", COPY, "1", key, "" + from, "" + Math.min(from + 10_000, MANY - 1), "{many}:");
            }
            SessionAdmin admin = SessionAdmin.builder(store).build();
            long alone = middle(probe);

            CompletableFuture<SessionCount> counting = CompletableFuture.supplyAsync(admin::countAll);
            long meanwhile = middle(probe);
            assertThat(counting.isDone()).isFalse();
            assertThat(counting.join().sessions()).isEqualTo(MANY);
            assertThat(meanwhile).as("nanoseconds of a round trip").isLessThan(2 * alone + 100_000);

            assertThat((double) admin.count().sessions()).isBetween(0.95 * MANY, 1.05 * MANY);
            Set<String> listed = new HashSet<>();
            String next = null;
            do {
                SessionListing page = admin.list(SessionFilter.all(), next, 1_000);
                page.sessions().forEach(entry -> listed.add(entry.id().toString()));
                next = page.next().orElse(null);
            } while (next != null);
            assertThat(listed).hasSize(MANY);
        }
    }

    private static long middle(RedisProbe probe) {
        long[] nanos = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            long start = System.nanoTime();
            probe.call("GET", "nothing{many}");
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[PINGS / 2];
    }
}
