package io.sojourn.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.histories.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneTableTest {

    @Test
    void countsTheRunsOfASceneThatWereAdded(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("new/table.md");
        Scene plain = new Scene(Scene.Kind.SENTINELS, false, false);
        Scene near = new Scene(Scene.Kind.SENTINELS, false, true);
        assertThat(new SceneTable(file).runs(plain)).isZero();
        Verdict verdict = new Verdict(10, 8, 1, 2, List.of());
        new SceneTable(file).add(plain, "Redis 6.2.6", 60, verdict);
        new SceneTable(file).add(plain, "Redis 6.2.6", 60, verdict);
        new SceneTable(file).add(near, "Redis 6.2.6", 60, verdict);
        assertThat(new SceneTable(file).runs(plain)).isEqualTo(2);
        assertThat(new SceneTable(file).runs(near)).isEqualTo(1);
        assertThat(Files.readAllLines(file))
                .hasSize(5)
                .contains("| sentinels | Redis 6.2.6 | 60 | 10 | 8 | 2 | 0 | 0 |");
    }
}
