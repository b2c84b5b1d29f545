/** Metrics and traces of sessions. */
// Micrometer's jars are no modules yet, but each names one, so these names will stay.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.sojourn.micrometer {
    requires transitive io.sojourn.core;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;
    requires micrometer.commons;
    requires static transitive org.jspecify;

    exports io.sojourn.micrometer;
}
