package io.sojourn.benchmarks.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * One system at one work with one number of threads. What was not measured is absent.
 *
 * @param work {@code a} to {@code g}, {@code http-none}, {@code http-read}, {@code http-write},
 *     {@code boot-read}, {@code boot-write}, {@code boot-login}, {@code boot-start}
 * @param threads how many callers there were at once
 * @param system who did it
 * @param opsPerSecond the median over all rounds
 * @param p50Micros latency, over all rounds
 * @param p99Micros likewise
 * @param p999Micros likewise
 * @param clientCpuMicros processor time of the whole client process, per operation
 * @param serverCpuMicros processor time of Redis, per operation
 * @param commands sent by the client per operation, those that nobody waits for included
 * @param roundTrips how often an operation waits for the server
 * @param bytesAllocated on the client's heap, per operation, by all of its threads
 * @param wireBytes both ways, per operation
 * @param redisBytes {@code MEMORY USAGE} of all keys of one session
 * @param ratioToFloor of the rates; the median of the rounds, in each of which both had their turn
 * @param rounds operations a second, round by round
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Row(
        String work,
        int threads,
        String system,
        double opsPerSecond,
        Double p50Micros,
        Double p99Micros,
        Double p999Micros,
        Double clientCpuMicros,
        Double serverCpuMicros,
        Double commands,
        Double roundTrips,
        Double bytesAllocated,
        Double wireBytes,
        Long redisBytes,
        Double ratioToFloor,
        List<Double> rounds) {}
