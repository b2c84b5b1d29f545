package io.sojourn.benchmarks.run;

import io.sojourn.benchmarks.result.Median;
import io.sojourn.benchmarks.result.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * Several systems at the same work: in every round each has its turn, one right after the other, in an order that changes
 * from round to round. What the machine does to one it does to the next as well, so the ratios within a round mean more than
 * the figures.
 */
public final class Contest<S> {

    private final String work;
    private final int threads;
    private final String floor;
    private final Map<String, List<Reading>> readings = new LinkedHashMap<>();

    /**
     * A contest.
     *
     * @param floor the system that the others are compared with
     */
    public Contest(String work, int threads, String floor) {
        this.work = work;
        this.threads = threads;
        this.floor = floor;
    }

    /** Runs all rounds. */
    public void run(List<S> systems, int rounds, Function<S, String> name, Function<S, Reading> turn) {
        for (int round = 0; round < rounds; round++) {
            List<S> order = new ArrayList<>(systems);
            Collections.rotate(order, round);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (S system : order) {
                readings.computeIfAbsent(name.apply(system), unused -> new ArrayList<>())
                        .add(turn.apply(system));
            }
        }
    }

    private List<Double> rates(String system) {
        return readings.get(system).stream().map(Reading::rate).toList();
    }

    /** What came of it for one system, with what was counted apart. */
    public Row row(String system, Counts counts) {
        Reading all = readings.get(system).stream().reduce(Reading::and).orElseThrow();
        Histogram latencies = all.latencies();
        return new Row(
                work,
                threads,
                system,
                round(Median.of(rates(system))),
                micros(latencies.getValueAtPercentile(50)),
                micros(latencies.getValueAtPercentile(99)),
                micros(latencies.getValueAtPercentile(99.9)),
                round(all.perOperation(all.cpuNanos() / 1e3)),
                round(all.perOperation(all.serverCpuMicros())),
                counts.commands(),
                counts.roundTrips(),
                (double) Math.round(all.perOperation(all.allocatedBytes())),
                counts.wireBytes(),
                counts.redisBytes(),
                readings.containsKey(floor) ? round(Median.ofRatios(rates(system), rates(floor))) : null,
                rates(system).stream().map(Contest::round).toList());
    }

    private static double micros(long nanos) {
        return round(nanos / 1e3);
    }

    /** To a thousandth. */
    private static double round(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
