package io.sojourn.benchmarks.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts the ratios of a run into the pages that show them, between the two comments that mark the place. */
public final class Pages {

    private static final int THREADS = 16;
    private static final String BEGIN = "<!-- ./bench writes from here -->\n";
    private static final String END = "<!-- to here -->";
    private static final String MEANING =
            "Each number is a rate of Sojourn divided by the rate of the other: 2.00 is twice as many operations a second on the same"
                    + " machine. It is the median of five rounds, in which the systems take turns. ";

    private Pages() {}

    /** Writes README and the page of the benchmarks. */
    public static void write(Results run, Path project) throws IOException {
        replace(project.resolve("README.md"), ratios(run));
        replace(project.resolve("docs/benchmarks.md"), promises(run));
    }

    private static void replace(Path page, String table) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(page + " has lost the marks of the place for the ratios");
        }
        Files.writeString(page, text.substring(0, begin + BEGIN.length()) + table + text.substring(end));
    }

    private static String ratios(Results run) {
        List<String> lines = new ArrayList<>();
        lines.add("| 16 threads | of the floor | times Spring Session | times a Redisson map |");
        lines.add("|---|---|---|---|");
        lines.add(line(run, "load, nothing changes", "a", "lettuce"));
        lines.add(line(run, "load, change one of ten attributes, save", "b", "lettuce"));
        lines.add(line(run, "create with three attributes", "c", "lettuce"));
        lines.add(line(run, "load and revoke", "d", "lettuce"));
        lines.add(line(run, "100 KB session, one small attribute changes", "f", "lettuce"));
        lines.add(line(run, "HTTP request that reads the session", "http-read", "floor-filter"));
        lines.add(line(run, "HTTP request that changes the session", "http-write", "floor-filter"));
        return "\n" + String.join("\n", lines) + "\n\n" + MEANING + origin(run) + "\n";
    }

    private static String line(Results run, String title, String work, String floor) {
        return "| " + title + " | " + ratio(run, work, floor) + " | " + ratio(run, work, "spring-redis-jdk") + " | "
                + ratio(run, work, "redisson-rmap") + " |";
    }

    private static String ratio(Results run, String work, String other) {
        return run.ratio(work, THREADS, "sojourn", other).map(Pages::number).orElse("");
    }

    private static String promises(Results run) {
        List<String> lines = new ArrayList<>();
        lines.add("| what | wanted | found | |");
        lines.add("|---|---|---|---|");
        for (Promise promise : Promise.of(run)) {
            Optional<String> found = promise.found().map(Pages::number);
            lines.add("| " + promise.what() + " | " + (promise.atLeast() ? "at least " : "at most ")
                    + number(promise.wanted()) + " | " + found.orElse("not measured") + " | "
                    + (promise.isKept() ? "" : "**missed**") + " |");
        }
        return "\n" + String.join("\n", lines) + "\n\n" + origin(run) + "\n";
    }

    private static String origin(Results run) {
        Environment there = run.environment();
        String busy = there.loadAverage() < 0.5 * there.processors()
                ? ""
                : String.format(
                        Locale.ROOT,
                        " The machine did other work at the same time (load average %.1f): measure on your"
                                + " own machine before you rely on a number.",
                        there.loadAverage());
        return String.format(
                Locale.ROOT,
                "Measured by `./bench %s` on %s with %d processors, %s and Java %s.%s\n",
                there.mode(),
                there.date().substring(0, 10),
                there.processors(),
                there.server(),
                there.java().replaceAll(".* ", ""),
                busy);
    }

    private static String number(double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
