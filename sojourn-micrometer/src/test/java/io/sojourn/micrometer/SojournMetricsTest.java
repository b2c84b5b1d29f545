package io.sojourn.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.config.SessionConfig;
import io.sojourn.ends.EndCause;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.Operation;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.layer.ForwardingStore;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.testkit.FaultyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is counted and timed, and that nothing in it names anybody. */
class SojournMetricsTest {

    private final MockClock time = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, time);
    private final SojournMetrics metrics = new SojournMetrics();
    private final Traffic traffic;

    SojournMetricsTest() {
        metrics.bindTo(registry);
        traffic = new Traffic(metrics);
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private Map<String, Long> operations() {
        return registry.find("sojourn.operations").timers().stream()
                .collect(Collectors.toMap(
                        timer -> timer.getId().getTag("operation") + " "
                                + timer.getId().getTag("outcome"),
                        timer -> timer.count()));
    }

    @Test
    void aLifeIsCountedOperationByOperation() {
        traffic.lives();
        assertThat(operations())
                .isEqualTo(Map.of(
                        "find found", 5L,
                        "save saved", 3L,
                        "save unchanged", 1L,
                        "save gone", 1L,
                        "update saved", 1L,
                        "revoke done", 1L));
        assertThat(count("sojourn.creations")).isEqualTo(1);
        assertThat(count("sojourn.conflicts")).isEqualTo(1);
        assertThat(count("sojourn.gone")).isEqualTo(1);
        assertThat(count("sojourn.revocations", "by", "session")).isEqualTo(1);
    }

    @Test
    void refusedTokensAreCountedByReason() {
        traffic.attacks();
        for (String reason : new String[] {"unknown", "wrong-secret", "replaced", "superseded"}) {
            assertThat(count("sojourn.refused.tokens", "reason", reason))
                    .as(reason)
                    .isEqualTo(1);
        }
        assertThat(count("sojourn.rotations")).isEqualTo(1);
        assertThat(operations()).containsEntry("find absent", 3L).containsEntry("find superseded", 1L);
    }

    @Test
    void signInsLimitsAndRevocationsAreCounted() {
        traffic.signIns();
        assertThat(count("sojourn.signins")).isEqualTo(4);
        assertThat(count("sojourn.signouts")).isEqualTo(1);
        assertThat(count("sojourn.limit.reached")).isEqualTo(1);
        assertThat(count("sojourn.revocations", "by", "limit")).isEqualTo(1);
        assertThat(count("sojourn.revocations", "by", "others")).isEqualTo(1);
        assertThat(count("sojourn.revocations", "by", "index")).isEqualTo(1);
        assertThat(count("sojourn.revocations", "by", "id")).isEqualTo(1);
        assertThat(operations())
                .containsEntry("list done", 1L)
                .containsEntry("revoke-all done", 3L)
                .containsEntry("revoke done", 1L)
                .containsEntry("revoke absent", 1L);
    }

    @Test
    void endsAreCountedByCause() {
        SessionId id = SessionId.random(new Random(1));
        metrics.ended(id, EndCause.IDLE, Duration.ofMillis(300));
        metrics.ended(id, EndCause.LIMIT, Duration.ofMillis(500));
        metrics.endHandedOn(id);
        metrics.endNotTold(id, Duration.ofSeconds(1), new IllegalStateException("once"));
        metrics.endNotTold(id, null, new IllegalStateException("for the last time"));
        metrics.endUnknown(id);
        metrics.endsMissed(3);
        assertThat(count("sojourn.ends", "cause", "idle")).isEqualTo(1);
        assertThat(count("sojourn.ends", "cause", "limit")).isEqualTo(1);
        assertThat(registry.get("sojourn.ends.lag").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(800);
        assertThat(count("sojourn.ends.handed.on")).isEqualTo(1);
        assertThat(count("sojourn.ends.not.told", "then", "retried")).isEqualTo(1);
        assertThat(count("sojourn.ends.not.told", "then", "given-up")).isEqualTo(1);
        assertThat(count("sojourn.ends.unknown")).isEqualTo(1);
        assertThat(count("sojourn.ends.missed")).isEqualTo(3);
    }

    @Test
    void refusedSavesAreCountedByReason() {
        traffic.refusals();
        for (String reason : new String[] {"limit", "value", "conflicts"}) {
            assertThat(count("sojourn.refused.saves", "reason", reason))
                    .as(reason)
                    .isEqualTo(1);
        }
        assertThat(operations()).containsEntry("save failed", 3L);
    }

    @Test
    void whatCannotBeReadAndWhatFailedIsCounted() {
        traffic.unreadable();
        traffic.outage();
        assertThat(count("sojourn.unreadable", "what", "session")).isEqualTo(1);
        assertThat(count("sojourn.store.failures")).isEqualTo(1);
        assertThat(operations()).containsEntry("find unavailable", 1L);
    }

    @Test
    void anOperationTakesFromTheCallToItsResult() {
        Session session = traffic.stored("a", 1);
        CompletableFuture<Void> later = new CompletableFuture<>();
        traffic.store.delayNextReply(FaultyStore.Operation.LOAD, later);
        CompletableFuture<?> found =
                traffic.sessions.async().find(session.token()).toCompletableFuture();
        time.add(Duration.ofMillis(30));
        later.complete(null);
        assertThat(found).isCompleted();
        assertThat(registry.get("sojourn.operations")
                        .tags("operation", "find")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(30);
    }

    @Test
    void blockingAndAsynchronousCallersCountTheSame() {
        Session session = traffic.stored("a", 1);
        Session found = traffic.sessions
                .async()
                .find(session.token())
                .toCompletableFuture()
                .join()
                .orElseThrow();
        found.set("b", 2);
        traffic.sessions.async().save(found).toCompletableFuture().join();
        traffic.sessions.async().revoke(found).toCompletableFuture().join();
        assertThat(operations()).isEqualTo(Map.of("save saved", 2L, "find found", 1L, "revoke done", 1L));
    }

    @Test
    void bytesAreThoseOfThePartsThatWereReadAndWritten() {
        Session session = traffic.stored("a", "x".repeat(10_000));
        double first = registry.get("sojourn.written").summary().totalAmount();
        assertThat(first).isBetween(10_000.0, 10_200.0);
        Session found = traffic.found(session);
        assertThat(registry.get("sojourn.read").summary().totalAmount()).isEqualTo(first);
        found.set("b", 1);
        traffic.sessions.save(found);
        assertThat(registry.get("sojourn.written").summary().totalAmount() - first)
                .as("the large attribute is not written again")
                .isBetween(50.0, 300.0);
    }

    @Test
    void anExceptionOfTheApplicationsOwnIsAFailedUpdate() {
        Session session = traffic.stored("a", 1);
        assertThatThrownBy(() -> traffic.sessions.update(session.token(), s -> {
                    throw new IllegalStateException("the application's own");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(operations()).containsEntry("update failed", 1L);
    }

    @Test
    void theStateOfTheStoreIsOneOfThree() {
        StoreHealth[] health = {StoreHealth.UNMEASURED_UP};
        SessionManager.create(
                new ForwardingStore(new MemoryStore()) {
                    @Override
                    public StoreHealth health() {
                        return health[0];
                    }
                },
                SessionSettings.builder().alsoObserve(metrics).build());
        assertThat(states()).isEqualTo(Map.of("up", 1.0, "degraded", 0.0, "down", 0.0));
        assertThat(latency()).isNaN();
        health[0] = new StoreHealth(StoreHealth.State.DOWN, "gone", Instant.EPOCH, Duration.ofMillis(2));
        assertThat(states()).isEqualTo(Map.of("up", 0.0, "degraded", 0.0, "down", 1.0));
        assertThat(latency()).isEqualTo(2);
    }

    @Test
    void aNearCacheIsShownIfTheStoreHasOne() {
        assertThat(registry.find("sojourn.near.cache.loads").functionCounters()).isEmpty();
        SessionManager.create(
                new CachedStore(),
                SessionSettings.builder().alsoObserve(metrics).build());
        assertThat(registry.get("sojourn.near.cache.loads")
                        .tags("result", "hit")
                        .functionCounter()
                        .count())
                .isEqualTo(7);
        assertThat(registry.get("sojourn.near.cache.size").gauge().value()).isEqualTo(4096);
    }

    private Map<String, Double> states() {
        return registry.find("sojourn.store.state").gauges().stream()
                .collect(
                        Collectors.toMap(gauge -> gauge.getId().getTags().get(0).getValue(), gauge -> gauge.value()));
    }

    private double latency() {
        return registry.get("sojourn.store.latency").timeGauge().value(TimeUnit.MILLISECONDS);
    }

    @Test
    void noTagHoldsAnIdOrAPrincipal() {
        traffic.all();
        for (Meter meter : registry.getMeters()) {
            meter.getId()
                    .getTags()
                    .forEach(tag -> assertThat(tag.getValue())
                            .as(meter.getId().getName())
                            .matches("[a-z-]{2,14}|[0-9.]+|\\+Inf") // The latter two are the bounds of buckets.
                            .isNotEqualTo("ada"));
        }
    }

    @Test
    void whileNoRegistryIsBoundNothingIsMeasured() {
        SojournMetrics unbound = new SojournMetrics();
        assertThat(unbound.begins(Operation.FIND)).isNull();
        new Traffic(unbound).all();
    }

    @Test
    void severalRegistriesCountEachForItself() {
        SimpleMeterRegistry second = new SimpleMeterRegistry();
        new SojournMetrics().bindTo(second);
        metrics.bindTo(second);
        traffic.lives();
        assertThat(second.get("sojourn.operations")
                        .tags("operation", "update")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(operations()).containsEntry("update saved", 1L);
    }

    @Test
    void tagsOfTheApplicationsTellManagersApart() {
        SojournMetrics tagged = new SojournMetrics(Tags.of("application", "shop"));
        tagged.bindTo(registry);
        new Traffic(tagged).lives();
        assertThat(count("sojourn.creations", "application", "shop")).isEqualTo(1);
    }

    @Test
    void anObserverThatIsNamedInATextCountsInTheGlobalRegistry() {
        SimpleMeterRegistry global = new SimpleMeterRegistry();
        Metrics.addRegistry(global);
        try {
            SessionSettings.Builder settings = SessionSettings.builder();
            new SessionConfig(TextSettings.of(Map.of("alsoObserve", GlobalMetrics.class.getName()))).applyTo(settings);
            SessionManager sessions = SessionManager.create(new MemoryStore(), settings.build());
            Session session = sessions.create();
            session.set("a", 1);
            sessions.save(session);
            assertThat(global.get("sojourn.creations").counter().count()).isEqualTo(1);
        } finally {
            Metrics.removeRegistry(global);
        }
    }

    @Test
    void aFailureOfTheStoreIsToldTheCallerAsBefore() {
        traffic.store.goDown();
        assertThatThrownBy(() -> traffic.sessions.find(traffic.sessions.create().token()))
                .isInstanceOf(StoreUnavailableException.class);
    }
}
