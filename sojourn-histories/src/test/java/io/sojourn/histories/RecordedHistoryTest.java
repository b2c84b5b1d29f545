package io.sojourn.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("any-jdk")
class RecordedHistoryTest {

    @Test
    void whatIsWrittenIsReadBack(@TempDir Path folder) throws IOException {
        RecordedHistory history = new MadeUp()
                .append("a", 2, 3, new Origin("first", 1, Long.MAX_VALUE))
                .update("b", 4, 5, "a")
                .revoke(6, 7, Outcome.UNKNOWN)
                .failover(8, "first", "second", 12)
                .flush(9, "second", 15)
                .history();
        Path file = folder.resolve("history.jsonl");
        history.writeTo(file);
        assertThat(RecordedHistory.readFrom(file)).isEqualTo(history);
        assertThat(Files.readAllLines(file)).hasSize(6).allMatch(line -> line.startsWith("{\"entry\":\""));
    }
}
