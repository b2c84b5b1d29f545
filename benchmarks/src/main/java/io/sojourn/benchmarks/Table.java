package io.sojourn.benchmarks;

import io.sojourn.benchmarks.result.Promise;
import io.sojourn.benchmarks.result.Results;
import io.sojourn.benchmarks.result.Row;
import java.io.PrintStream;

/** A run's results for somebody who looks at the terminal. */
final class Table {

    private static final String FORMAT = "%-10s %7s %-20s %9s %8s %8s %8s %8s %8s %9s %6s %6s %8s %8s%n";

    private Table() {}

    static void print(Results results, PrintStream out) {
        out.printf(
                FORMAT,
                "work",
                "threads",
                "system",
                "ops/s",
                "of floor",
                "p50 µs",
                "p99 µs",
                "CPU µs",
                "Redis µs",
                "allocated",
                "cmds",
                "trips",
                "wire",
                "memory");
        for (Row row : results.rows()) {
            out.printf(
                    FORMAT,
                    row.work(),
                    row.threads(),
                    row.system(),
                    number(row.opsPerSecond(), 0),
                    number(row.ratioToFloor(), 2),
                    number(row.p50Micros(), 0),
                    number(row.p99Micros(), 0),
                    number(row.clientCpuMicros(), 1),
                    number(row.serverCpuMicros(), 1),
                    number(row.bytesAllocated(), 0),
                    number(row.commands(), 1),
                    number(row.roundTrips(), 0),
                    number(row.wireBytes(), 0),
                    number(row.redisBytes() == null ? null : row.redisBytes().doubleValue(), 0));
        }
        out.println();
        Promise.of(results).forEach(out::println);
    }

    private static String number(Double value, int decimals) {
        return value == null ? "" : String.format("%." + decimals + "f", value);
    }
}
