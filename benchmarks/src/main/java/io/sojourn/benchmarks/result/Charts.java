package io.sojourn.benchmarks.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The pictures that README and documentation show, of one run. */
public final class Charts {

    private static final int THREADS = 16;

    private static final Map<String, String> WORKS = titles(
            "a", "Load, nothing changes",
            "b", "Load, change one attribute, save",
            "c", "Create with three attributes",
            "d", "Load and revoke",
            "e", "List a principal's 5 sessions",
            "f", "100 KB session, one small attribute changes",
            "g", "Near-cache hit");

    private static final Map<String, String> HTTP = titles(
            "http-none", "Request that does not touch the session",
            "http-read", "Request that reads the session",
            "http-write", "Request that changes the session");

    private final Results run;
    private final String where;

    private Charts(Results run) {
        this.run = run;
        Environment there = run.environment();
        this.where = there.date().substring(0, 10) + ", " + there.processors() + " processors, " + there.server();
    }

    private static Map<String, String> titles(String... keysAndTitles) {
        Map<String, String> titles = new LinkedHashMap<>();
        for (int i = 0; i < keysAndTitles.length; i += 2) {
            titles.put(keysAndTitles[i], keysAndTitles[i + 1]);
        }
        return titles;
    }

    /** Draws all of them into a folder. */
    public static void draw(Results run, Path folder) throws IOException {
        Charts charts = new Charts(run);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("rate.svg"), charts.rate(WORKS, "Rate, with " + THREADS + " threads", 1.2));
        Files.writeString(
                folder.resolve("http.svg"), charts.rate(HTTP, "Rate over HTTP, with " + THREADS + " connections", 1.6));
        Files.writeString(folder.resolve("memory.svg"), charts.memory());
        Files.writeString(folder.resolve("latency.svg"), charts.latency());
    }

    private List<Row> rows(String work) {
        return run.rows().stream()
                .filter(row -> row.work().equals(work) && row.threads() == THREADS)
                .toList();
    }

    private String rate(Map<String, String> works, String title, double scale) {
        BarChart chart = new BarChart(
                title, "Times the floor of the same round, median; longer is better. " + where, scale, "%.2f");
        return groups(chart, works, row -> Optional.ofNullable(row.ratioToFloor()));
    }

    private String memory() {
        BarChart chart = new BarChart(
                "Memory in Redis",
                "MEMORY USAGE of all keys of a session, bytes; shorter is better. " + where,
                3_600,
                "%.0f");
        return groups(
                chart,
                titles("a", "Ten attributes, about 1 KB", "c", "Three attributes"),
                row -> Optional.ofNullable(row.redisBytes()).map(Long::doubleValue));
    }

    private String latency() {
        double longest = rows("b").stream()
                .mapToDouble(Row::p99Micros)
                .sorted()
                .skip(rows("b").size() / 2)
                .findFirst()
                .orElse(1_000);
        BarChart chart = new BarChart(
                "99th percentile of latency, with " + THREADS + " threads",
                "Microseconds on a machine that all share; shorter is better. " + where,
                1.5 * longest,
                "%.0f");
        return groups(
                chart, titles("a", WORKS.get("a"), "b", WORKS.get("b")), row -> Optional.ofNullable(row.p99Micros()));
    }

    private String groups(BarChart chart, Map<String, String> works, Function<Row, Optional<Double>> figure) {
        works.forEach((work, title) -> {
            List<Row> rows = rows(work);
            if (!rows.isEmpty()) {
                String floor =
                        work.equals("http-none") ? "tomcat" : work.startsWith("http") ? "floor-filter" : "lettuce";
                double rate = rows.stream()
                        .filter(row -> row.system().equals(floor))
                        .mapToDouble(Row::opsPerSecond)
                        .findFirst()
                        .orElse(0);
                chart.group(String.format(Locale.ROOT, "%s  (%s: %,.0f a second)", title, floor, rate));
                rows.forEach(row -> figure.apply(row).ifPresent(value -> chart.bar(row.system(), value)));
            }
        });
        return chart.svg();
    }
}
