package io.sojourn.benchmarks.result;

import java.util.List;
import java.util.stream.IntStream;

/** Of what was measured in rounds. */
public final class Median {

    private Median() {}

    /** The middle one, or the mean of the two in the middle. */
    public static double of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Of the quotients, each of two values of the same round. */
    public static double ofRatios(List<Double> values, List<Double> bases) {
        return of(IntStream.range(0, Math.min(values.size(), bases.size()))
                .mapToObj(round -> values.get(round) / bases.get(round))
                .toList());
    }
}
