package io.sojourn.benchmarks.run;

/**
 * What an operation costs that no noise touches; null is what was not counted.
 *
 * @param commands sent by the client; those inside a script are the script's
 * @param roundTrips how often the operation waits
 * @param wireBytes both ways
 * @param redisBytes of one session, with all keys that belong to it
 */
public record Counts(Double commands, Double roundTrips, Double wireBytes, Long redisBytes) {}
