package io.sojourn.benchmarks;

import io.sojourn.benchmarks.method.SessionMethods;
import io.sojourn.benchmarks.result.Row;
import io.sojourn.benchmarks.run.Mode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Single methods by JMH, in a process of their own. */
final class MethodSuite {

    private final Mode mode;

    MethodSuite(Mode mode) {
        this.mode = mode;
    }

    List<Row> run(Progress progress) {
        progress.next(0, "single methods, by JMH");
        boolean thorough = mode == Mode.FULL;
        TimeValue moment = TimeValue.milliseconds(mode.turn().toMillis());
        Options options = new OptionsBuilder()
                .include(SessionMethods.class.getName())
                .forks(thorough ? 3 : 1)
                .warmupIterations(5)
                .warmupTime(moment)
                .measurementIterations(mode.rounds())
                .measurementTime(moment)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        try {
            return rows(new Runner(options).run());
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Row> rows(Collection<RunResult> results) {
        return results.stream().map(MethodSuite::row).toList();
    }

    private static Row row(RunResult result) {
        double micros = result.getPrimaryResult().getScore();
        double rate = 1e6 / micros;
        double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
        String name = result.getPrimaryResult().getLabel().toLowerCase(Locale.ROOT);
        return new Row(
                "method-" + name,
                1,
                "sojourn",
                Math.round(rate),
                null,
                null,
                null,
                Math.round(micros * 1e3) / 1e3,
                null,
                null,
                null,
                (double) Math.round(bytes),
                null,
                null,
                null,
                List.of((double) Math.round(rate)));
    }
}
