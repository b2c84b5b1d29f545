package io.sojourn.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoreStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the store tells of itself: asked for when somebody looks. That of a near cache is there only if the store has one. */
final class StoreMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Supplier<StoreStatus> store;
    private final AtomicBoolean showsNearCache = new AtomicBoolean();

    StoreMeters(MeterRegistry registry, Tags tags, Supplier<StoreStatus> store) {
        this.registry = registry;
        this.tags = tags;
        this.store = store;
        showState();
    }

    private void showState() {
        for (StoreHealth.State state : StoreHealth.State.values()) {
            Gauge.builder("sojourn.store.state", () -> store.get().health().state() == state ? 1 : 0)
                    .description("1 for the state that the store is in, 0 for the others")
                    .tags(tags.and("state", TagValue.of(state)))
                    .register(registry);
        }
        TimeGauge.builder("sojourn.store.latency", () -> nanos(store.get().health()), TimeUnit.NANOSECONDS)
                .description("The last round trip that was measured, at the start or by a health check")
                .tags(tags)
                .register(registry);
    }

    /** There is a store now, which may have a near cache. */
    void started() {
        if (store.get().nearCache().isPresent() && showsNearCache.compareAndSet(false, true)) {
            showNearCache();
        }
    }

    private void showNearCache() {
        count("sojourn.near.cache.loads", "Loads of sessions", NearCacheStatus::hits, "result", "hit");
        count("sojourn.near.cache.loads", "Loads of sessions", NearCacheStatus::misses, "result", "miss");
        count("sojourn.near.cache.loads", "Loads of sessions", NearCacheStatus::staleReads, "result", "stale");
        count("sojourn.near.cache.invalidations", "Changes that the server told of", NearCacheStatus::invalidations);
        gauge("sojourn.near.cache.sessions", "Sessions of which there are copies", null, NearCacheStatus::sessions);
        gauge("sojourn.near.cache.size", "Memory that the copies take", BaseUnits.BYTES, NearCacheStatus::bytes);
    }

    private void count(String name, String description, ToLongFunction<NearCacheStatus> value, String... more) {
        FunctionCounter.builder(name, store, source -> read(source, value))
                .description(description)
                .tags(tags.and(more))
                .register(registry);
    }

    private void gauge(String name, String description, @Nullable String unit, ToLongFunction<NearCacheStatus> value) {
        Gauge.builder(name, store, source -> read(source, value))
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
    }

    private static double read(Supplier<StoreStatus> source, ToLongFunction<NearCacheStatus> value) {
        return source.get()
                .nearCache()
                .map(cache -> (double) value.applyAsLong(cache))
                .orElse(0.0);
    }

    private static double nanos(StoreHealth health) {
        Duration latency = health.latency();
        return latency == null ? Double.NaN : (double) latency.toNanos();
    }
}
