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
public record RecordedHistory(List<Call> calls, List<Failover> failovers, List<Flush> flushes) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A history in which no keys of a master were deleted. */
    public RecordedHistory(List<Call> calls, List<Failover> failovers) {
        this(calls, failovers, List.of());
    }

    /** Reads a file that {@link #writeTo} has written. */
    public static RecordedHistory readFrom(Path file) throws IOException {
        List<Call> calls = new ArrayList<>();
        List<Failover> failovers = new ArrayList<>();
        List<Flush> flushes = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Entry entry = JSON.readValue(line, Entry.class);
                if (entry instanceof Call call) {
                    calls.add(call);
                } else if (entry instanceof Failover failover) {
                    failovers.add(failover);
                } else if (entry instanceof Flush flush) {
                    flushes.add(flush);
                }
            }
        }
        return new RecordedHistory(calls, failovers, flushes);
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
            for (Flush flush : flushes) {
                line(writer, flush);
            }
        }
    }

    private static void line(Writer writer, Entry entry) throws IOException {
        writer.write(JSON.writerFor(Entry.class).writeValueAsString(entry));
        writer.write('\n');
    }
}
