package io.sojourn.micrometer;

import io.micrometer.core.instrument.Metrics;

/**
 * {@link SojournMetrics} in Micrometer's {@linkplain Metrics#globalRegistry global registry}, for where an observer is set up
 * by its name alone: {@code alsoObserve=io.sojourn.micrometer.GlobalMetrics}. A registry that is added to the global one
 * later has the meters from then on.
 */
public final class GlobalMetrics extends SojournMetrics {

    /** For whoever reads settings. */
    public GlobalMetrics() {
        bindTo(Metrics.globalRegistry);
    }
}
