package io.sojourn.scene;

import io.sojourn.histories.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file with a row for each run, to which runs are added. What is in it is done. */
final class SceneTable {

    private static final String HEAD = """
            | scene | server | seconds | calls | acknowledged | failovers | lost and explained | unexplained |
            |---|---|---|---|---|---|---|---|
            """;

    private final Path file;

    SceneTable(Path file) {
        this.file = file;
    }

    /** How many runs of a scene are in the table. */
    long runs(Scene scene) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        return Files.readAllLines(file).stream()
                .filter(row -> row.startsWith("| " + scene + " |"))
                .count();
    }

    void add(Scene scene, String server, long seconds, Verdict verdict) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, HEAD);
        }
        List<Object> row = List.of(
                scene,
                server,
                seconds,
                verdict.calls(),
                verdict.acknowledged(),
                verdict.failovers(),
                verdict.explained().size(),
                verdict.unexplained().size());
        Files.writeString(
                file,
                "| " + String.join(" | ", row.stream().map(String::valueOf).toList()) + " |\n",
                StandardOpenOption.APPEND);
    }
}
