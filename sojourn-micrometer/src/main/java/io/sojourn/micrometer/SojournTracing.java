package io.sojourn.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.sojourn.StoreUnavailableException;
import io.sojourn.observe.Operation;
import io.sojourn.observe.SessionObserver;
import org.jspecify.annotations.Nullable;

/**
 * Makes an observation of each operation of a manager, and with a tracer behind the registry a span: {@code session find},
 * {@code session save}, {@code session revoke} and so on, below whatever the calling thread observes at that moment.
 *
 * <pre>{@code
 * SessionSettings.builder().alsoObserve(new SojournTracing(observationRegistry))
 * }</pre>
 *
 * <p>The observation's name is {@value #NAME}, its keys {@code operation}, {@code outcome} and {@code exception}, all of low
 * cardinality. It never holds an id, a secret, a principal or an attribute, nor the message of an exception that may name
 * one. The message of a store that is out of reach names the store.
 */
public final class SojournTracing implements SessionObserver {

    /** The name of every observation: {@value}. */
    public static final String NAME = "sojourn.session";

    private final ObservationRegistry registry;

    /** Observations in that registry; while it has no handlers, none are made. */
    public SojournTracing(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Operation.@Nullable Running begins(Operation operation) {
        if (registry.isNoop()) {
            return null;
        }
        String name = TagValue.of(operation);
        Observation observation = Observation.createNotStarted(NAME, registry)
                .contextualName("session " + name)
                .lowCardinalityKeyValue("operation", name)
                .start();
        return result -> end(observation, result);
    }

    private static void end(Observation observation, Operation.Result result) {
        RuntimeException cause = result.cause();
        observation.lowCardinalityKeyValue("outcome", TagValue.of(result.outcome()));
        observation.lowCardinalityKeyValue(
                "exception", cause == null ? "none" : cause.getClass().getSimpleName());
        if (cause instanceof StoreUnavailableException) {
            observation.error(cause);
        }
        observation.stop();
    }
}
