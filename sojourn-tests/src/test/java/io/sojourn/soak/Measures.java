package io.sojourn.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.sojourn.testkit.RedisProbe;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the nodes and their server hold, measured again and again. */
final class Measures {

    /** What is measured, and by how much it may grow over the time that counts. */
    enum Measure {
        HEAP(0.15, 4 << 20),
        THREADS(0.1, 3),
        DESCRIPTORS(0.1, 5),
        CONNECTIONS(0.1, 3),
        KEYS(0.15, 50);

        private final double part;
        private final double atLeast;

        Measure(double part, double atLeast) {
            this.part = part;
            this.atLeast = atLeast;
        }
    }

    /**
     * How one of them went.
     *
     * @param growth what the straight line through its values gained from the first to the last of them
     * @param allowed the growth above which it is a leak
     */
    record Trend(Measure measure, double mean, double growth, double allowed) {

        boolean isLevel() {
            return growth <= allowed;
        }

        @Override
        public String toString() {
            return String.format(
                    "%s: %.0f in the mean, grew by %.0f, may grow by %.0f", measure, mean, growth, allowed);
        }
    }

    private final Map<Measure, List<Double>> values = new LinkedHashMap<>();

    /** All keys but the notes of sessions that have ended, which stay for an hour: longer than this runs. */
    private static final String KEYS_BUT_NOTES = """
        local count = 0
        for _, key in ipairs(redis.call('KEYS', '*')) do
          if redis.call('TYPE', key).ok ~= 'hash' or redis.call('HEXISTS', key, 'ended') == 0 then
            count = count + 1
          end
        end
        return count
        """;

    void take(RedisProbe probe) {
        // What is garbage is no leak. Cleaners of the first round let go of more.
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        add(Measure.HEAP, (double) (runtime.totalMemory() - runtime.freeMemory()));
        add(Measure.THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            add(Measure.DESCRIPTORS, (double) system.getOpenFileDescriptorCount());
        }
        String clients = String.valueOf(probe.call("INFO", "clients"));
        add(
                Measure.CONNECTIONS,
                clients.lines()
                        .filter(line -> line.startsWith("connected_clients:"))
                        .mapToInt(line -> Integer.parseInt(
                                line.substring(line.indexOf(':') + 1).strip()))
                        .sum());
        add(Measure.KEYS, (double) Long.parseLong(String.valueOf(probe.call("EVAL", KEYS_BUT_NOTES, "0"))));
    }

    void add(Measure measure, double value) {
        values.computeIfAbsent(measure, each -> new ArrayList<>()).add(value);
    }

    /** How each went in the second half of the time; in the first half sessions become as many as they will be. */
    List<Trend> trends() {
        List<Trend> trends = new ArrayList<>();
        values.forEach((measure, all) -> {
            List<Double> second = all.subList(all.size() / 2, all.size());
            double mean =
                    second.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            trends.add(new Trend(
                    measure,
                    mean,
                    slope(second, mean) * (second.size() - 1),
                    Math.max(measure.atLeast, measure.part * mean)));
        });
        return trends;
    }

    /** By least squares, from one value to the next. */
    private static double slope(List<Double> all, double mean) {
        double middle = (all.size() - 1) / 2.0;
        double both = 0;
        double square = 0;
        for (int i = 0; i < all.size(); i++) {
            both += (i - middle) * (all.get(i) - mean);
            square += (i - middle) * (i - middle);
        }
        return square == 0 ? 0 : both / square;
    }
}
