package io.sojourn.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.sojourn.ends.EndCause;
import io.sojourn.observe.Operation;
import io.sojourn.observe.RevocationCause;
import io.sojourn.spi.StoreStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The meters in one registry. Counters are there from the start, so that a rate can be asked for of what has not happened
 * yet; the timers of {@link OperationMeters} come with the first operation that ended so.
 */
final class Meters {

    final Counter creations;
    final Counter rotations;
    final Counter signIns;
    final Counter signOuts;
    final Counter conflicts;
    final Counter gone;
    final Counter limitReached;
    final Counter unreadableSessions;
    final Counter unreadableAttributes;
    final Counter storeFailures;
    final Counter endsHandedOn;
    final Counter endsRetried;
    final Counter endsGivenUp;
    final Counter endsUnknown;
    final Counter endsMissed;

    private final MeterRegistry registry;
    private final Tags tags;
    private final OperationMeters operations;
    private final StoreMeters store;
    private final DistributionSummary read;
    private final DistributionSummary written;
    private final Map<RevocationCause, Counter> revocations = new EnumMap<>(RevocationCause.class);
    private final Map<EndCause, Counter> ends = new EnumMap<>(EndCause.class);
    private final Timer endLag;
    private final Map<RefusedToken, Counter> refusedTokens = new EnumMap<>(RefusedToken.class);
    private final Map<RefusedSave, Counter> refusedSaves = new EnumMap<>(RefusedSave.class);

    Meters(MeterRegistry registry, Tags tags, Supplier<StoreStatus> store) {
        this.registry = registry;
        this.tags = tags;
        operations = new OperationMeters(registry, tags);
        read = bytes("sojourn.read", "What came from the store, of each operation that read something");
        written = bytes("sojourn.written", "What was stored, of each operation that stored something");
        creations = counter("sojourn.creations", "New sessions that were stored");
        rotations = counter("sojourn.rotations", "Sessions that got a new secret");
        signIns = counter("sojourn.signins", "Sign-ins");
        signOuts = counter("sojourn.signouts", "Sign-outs that left the session there");
        conflicts = counter("sojourn.conflicts", "Saves that found another save in between, and were merged");
        gone = counter("sojourn.gone", "Saves that came after their session had ended");
        limitReached = counter("sojourn.limit.reached", "Sign-ins of principals with as many sessions as allowed");
        unreadableSessions = unreadable("session");
        unreadableAttributes = unreadable("attribute");
        storeFailures = counter("sojourn.store.failures", "Operations of the store that failed or were too late");
        for (RevocationCause verb : RevocationCause.values()) {
            revocations.put(verb, counter("sojourn.revocations", "Sessions ended on purpose", "by", TagValue.of(verb)));
        }
        for (EndCause cause : EndCause.values()) {
            ends.put(cause, counter("sojourn.ends", "Ends of sessions that were told", "cause", TagValue.of(cause)));
        }
        endLag = Timer.builder("sojourn.ends.lag")
                .description("How long after it was due the end of a session was told")
                .tags(tags)
                .register(registry);
        endsHandedOn = counter("sojourn.ends.handed.on", "Ends that were taken over from a node that died or was slow");
        endsRetried = notTold("retried");
        endsGivenUp = notTold("given-up");
        endsUnknown = counter("sojourn.ends.unknown", "Sessions that were entered and of which there is nothing");
        endsMissed = counter("sojourn.ends.missed", "Ends that were not told to this node's listeners on every node");
        for (RefusedToken reason : RefusedToken.values()) {
            refusedTokens.put(
                    reason,
                    counter("sojourn.refused.tokens", "Tokens that opened nothing", "reason", TagValue.of(reason)));
        }
        for (RefusedSave reason : RefusedSave.values()) {
            refusedSaves.put(
                    reason, counter("sojourn.refused.saves", "Saves that were refused", "reason", TagValue.of(reason)));
        }
        this.store = new StoreMeters(registry, tags, store);
        started();
    }

    /** There is another store to show, which may have a near cache. */
    void started() {
        store.started();
    }

    private Counter notTold(String then) {
        return counter("sojourn.ends.not.told", "Ends that a listener failed to hear of", "then", then);
    }

    void ended(EndCause cause, Duration lag) {
        Objects.requireNonNull(ends.get(cause)).increment();
        endLag.record(lag);
    }

    private Counter unreadable(String what) {
        return counter("sojourn.unreadable", "What could not be decoded, and was left as it is", "what", what);
    }

    private Counter counter(String name, String description, String... more) {
        return Counter.builder(name)
                .description(description)
                .tags(tags.and(more))
                .register(registry);
    }

    private DistributionSummary bytes(String name, String description) {
        return DistributionSummary.builder(name)
                .baseUnit(BaseUnits.BYTES)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    Operation.Running begin(Operation operation) {
        long start = registry.config().clock().monotonicTime();
        return result -> {
            long nanos = registry.config().clock().monotonicTime() - start;
            operations.timer(operation, result.outcome()).record(nanos, TimeUnit.NANOSECONDS);
            if (result.bytesRead() > 0) {
                read.record((double) result.bytesRead());
            }
            if (result.bytesWritten() > 0) {
                written.record((double) result.bytesWritten());
            }
        };
    }

    void revoked(RevocationCause verb) {
        Objects.requireNonNull(revocations.get(verb)).increment();
    }

    void refused(RefusedToken reason) {
        Objects.requireNonNull(refusedTokens.get(reason)).increment();
    }

    void refused(RefusedSave reason) {
        Objects.requireNonNull(refusedSaves.get(reason)).increment();
    }
}
