package io.sojourn.histories;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A whole history. In a file it is JSON lines: an {@link Entry} a line. */
public record RecordedHistory(List<Call> calls, List<Failover> failovers) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Reads a file that {@link #writeTo} has written. */
    public static RecordedHistory readFrom(Path file) throws IOException {
        List<Call> calls = new ArrayList<>();
        List<Failover> failovers = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Entry entry = JSON.readValue(line, Entry.class);
                if (entry instanceof Call call) {
                    calls.add(call);
                } else if (entry instanceof Failover failover) {
                    failovers.add(failover);
                }
            }
        }
        return new RecordedHistory(calls, failovers);
    }

    /** Writes a file. */
    public void writeTo(Path file) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (Call call : calls) {
                line(writer, call);
            }
            for (Failover failover : failovers) {
                line(writer, failover);
            }
        }
    }

    private static void line(Writer writer, Entry entry) throws IOException {
        writer.write(JSON.writerFor(Entry.class).writeValueAsString(entry));
        writer.write('\n');
    }
}
