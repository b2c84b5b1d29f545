package io.sojourn.benchmarks.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** All of a run, as {@code benchmarks/results} keeps it. */
public record Results(Environment environment, List<Row> rows) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What an earlier run has written. */
    public static Results read(Path file) {
        return JSON.readValue(file, Results.class);
    }

    /** Writes them under the day of the run, and as the latest. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        String text = text();
        Files.writeString(folder.resolve(environment.date().substring(0, 10) + ".json"), text);
        Files.writeString(folder.resolve("latest.json"), text);
    }

    /** A line a row, so that two runs can be compared by eye. */
    private String text() {
        return rows.stream()
                .map(JSON::writeValueAsString)
                .collect(Collectors.joining(
                        ",\n",
                        "{\"environment\":" + JSON.writeValueAsString(environment) + ",\n\"rows\":[\n",
                        "\n]}\n"));
    }

    /** One row, if it was measured. */
    public Optional<Row> row(String work, int threads, String system) {
        return rows.stream()
                .filter(row -> row.work().equals(work)
                        && row.threads() == threads
                        && row.system().equals(system))
                .findFirst();
    }

    /** How many times as fast one system was as another: the median of the rounds. */
    public Optional<Double> ratio(String work, int threads, String system, String other) {
        return row(work, threads, system)
                .flatMap(row -> row(work, threads, other).map(base -> Median.ofRatios(row.rounds(), base.rounds())));
    }
}
