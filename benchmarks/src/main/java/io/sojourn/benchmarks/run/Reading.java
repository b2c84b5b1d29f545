package io.sojourn.benchmarks.run;

import org.HdrHistogram.Histogram;

/**
 * What one turn, or all turns of a system together, came to.
 *
 * @param latencies in nanoseconds
 */
public record Reading(
        long operations,
        long elapsedNanos,
        Histogram latencies,
        long cpuNanos,
        long allocatedBytes,
        long serverCpuMicros) {

    /** Operations a second. */
    public double rate() {
        return operations * 1e9 / elapsedNanos;
    }

    /** Both together. */
    public Reading and(Reading other) {
        Histogram both = latencies.copy();
        both.add(other.latencies);
        return new Reading(
                operations + other.operations,
                elapsedNanos + other.elapsedNanos,
                both,
                cpuNanos + other.cpuNanos,
                allocatedBytes + other.allocatedBytes,
                serverCpuMicros + other.serverCpuMicros);
    }

    /** So much of something, shared among the operations. */
    public double perOperation(double total) {
        return total / operations;
    }
}
