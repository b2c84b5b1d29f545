package io.sojourn.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.sojourn.observe.Operation;
import io.sojourn.observe.Operation.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** A timer for each operation and outcome that happened. */
final class OperationMeters {

    /** Around what a round trip takes, and around the deadline: a few buckets, from which quantiles can be had. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        Duration.ofMillis(600)
    };

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<Operation, Map<Outcome, Timer>> timers = new EnumMap<>(Operation.class);

    OperationMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        for (Operation operation : Operation.values()) {
            timers.put(operation, new ConcurrentHashMap<>());
        }
    }

    Timer timer(Operation operation, Outcome outcome) {
        Map<Outcome, Timer> ended = Objects.requireNonNull(timers.get(operation));
        Timer known = ended.get(outcome);
        return known != null ? known : ended.computeIfAbsent(outcome, first -> make(operation, first));
    }

    private Timer make(Operation operation, Outcome outcome) {
        return Timer.builder("sojourn.operations")
                .description("What the manager was asked to do, from the call to its result")
                .serviceLevelObjectives(BUCKETS)
                .tags(tags.and("operation", TagValue.of(operation), "outcome", TagValue.of(outcome)))
                .register(registry);
    }
}
