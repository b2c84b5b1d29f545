package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Histories at random: requests that come with tokens good and bad, change, rotate, sign in, save late, lose replies, meet
 * revocations and expiry. On every store they end as they do in a plain model; a history that does not is made smaller until
 * nothing can be left out of it.
 */
@Tag("slow")
class HistoryTest {

    /** Made when it is first needed. */
    private static final class Redis {
        static final RedisBackend BACKEND = new RedisBackend();
    }

    private static final class Near {
        static final RedisBackend BACKEND = RedisBackend.withNearCache();
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Step.histories();
    }

    @Property(tries = 4_000)
    void inMemoryTheyEndAsInTheModel(@ForAll Caller caller, @ForAll("histories") List<Step> history) {
        run(new MemoryBackend(), caller, history);
    }

    @Property(tries = 500)
    void compressedAndEncryptedTheyEndAsInTheModel(@ForAll Caller caller, @ForAll("histories") List<Step> history) {
        run(new LayeredBackend(), caller, history);
    }

    @Property(tries = 200)
    void onRedisTheyEndAsInTheModel(@ForAll Caller caller, @ForAll("histories") List<Step> history) {
        Redis.BACKEND.expireAll(); // What a history that failed has left.
        run(Redis.BACKEND, caller, history);
    }

    @Property(tries = 200)
    void withANearCacheTheyEndAsInTheModel(@ForAll Caller caller, @ForAll("histories") List<Step> history) {
        Near.BACKEND.expireAll();
        run(Near.BACKEND, caller, history);
    }

    @AfterContainer
    static void close() {
        Redis.BACKEND.close();
        assertThat(Near.BACKEND.cache().hits()).isPositive();
        Near.BACKEND.close();
    }

    private static void run(Backend backend, Caller caller, List<Step> history) {
        World world = new World(backend, caller);
        history.forEach(world::run);
        world.compareAll();
    }
}
