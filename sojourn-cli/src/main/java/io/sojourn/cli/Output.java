package io.sojourn.cli;

import io.sojourn.log.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes tables and JSON. Text that a visitor may have typed is escaped in both, and cut in tables. */
final class Output {

    private static final int LONGEST_CELL = 60;

    /** Made only if it is used, since that takes a while. */
    private static final class Json {
        static final JsonMapper MAPPER =
                JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    }

    private final PrintWriter out;
    private final Runnable beforeWriting;
    private final boolean colors;

    Output(PrintWriter out) {
        this(out, () -> {});
    }

    /** @param beforeWriting removes what else is on the terminal */
    Output(PrintWriter out, Runnable beforeWriting) {
        this.out = out;
        this.beforeWriting = beforeWriting;
        this.colors = Ansi.AUTO.enabled(); // A terminal, and no NO_COLOR.
    }

    /** As JSON in ASCII, so that no terminal takes a part of it for a command. */
    void json(Object value) {
        write(text(value));
    }

    private static String text(Object value) {
        return Json.MAPPER.writeValueAsString(value);
    }

    private void write(String line) {
        beforeWriting.run();
        out.println(line);
    }

    void line(String text) {
        write(Printable.line(text));
    }

    /** A line in a colour of picocli's, such as {@code red}. */
    void line(String style, String text) {
        String printed = Printable.line(text);
        write(colors ? style(style) + printed + style("reset") : printed);
    }

    private static String style(String name) {
        return switch (name) {
            case "red" -> "\u001b[31;1m";
            case "yellow" -> "\u001b[33m";
            case "bold" -> "\u001b[1m";
            default -> "\u001b[0m";
        };
    }

    void table(List<String> head, List<List<String>> rows) {
        Table table = new Table(head);
        table.add(rows);
        table.end();
    }

    /** A table whose rows come in parts. Columns become wider where a later part needs it. */
    final class Table {

        private final List<String> head;
        private final int[] widths;
        private boolean begun;

        Table(List<String> head) {
            this.head = head;
            widths = head.stream().mapToInt(String::length).toArray();
        }

        void add(List<List<String>> part) {
            List<List<String>> rows = part.stream()
                    .map(row -> row.stream().map(Output::cell).toList())
                    .toList();
            for (List<String> row : rows) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            if (!rows.isEmpty()) {
                end();
                rows.forEach(row -> write(aligned(row)));
            }
        }

        /** Writes the head if there was no row. */
        void end() {
            if (!begun) {
                begun = true;
                write(colors ? style("bold") + aligned(head) + style("reset") : aligned(head));
            }
        }

        private String aligned(List<String> row) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            return line.toString().stripTrailing();
        }
    }

    /**
     * Rows of a table, or of an array in one JSON object, that come in parts: however many there are, only one part is in memory.
     *
     * @param json the name of the array; null for a table
     */
    <T> Rows<T> rows(
            @Nullable String json,
            List<String> head,
            Function<T, List<String>> row,
            Function<T, Map<String, Object>> object) {
        return new Rows<>(json, new Table(head), row, object);
    }

    /** What {@link #rows} gives. */
    final class Rows<T> {

        private final @Nullable String json;
        private final Table table;
        private final Function<T, List<String>> row;
        private final Function<T, Map<String, Object>> object;
        private long count;

        private Rows(
                @Nullable String json,
                Table table,
                Function<T, List<String>> row,
                Function<T, Map<String, Object>> object) {
            this.json = json;
            this.table = table;
            this.row = row;
            this.object = object;
        }

        long count() {
            return count;
        }

        /** Tells whether the output is still read: not after sojourn list | head. */
        boolean add(List<T> part) {
            if (json == null) {
                table.add(part.stream().map(row).toList());
                count += part.size();
            } else {
                for (T each : part) {
                    out.print(count++ == 0 ? "{\"" + json + "\":[" : ",");
                    out.print(text(object.apply(each)));
                }
            }
            return !out.checkError();
        }

        /** Ends the table, or the JSON object with these fields. */
        void end(Map<String, String> more) {
            if (json == null) {
                table.end();
                return;
            }
            out.print(count == 0 ? "{\"" + json + "\":[]" : "]");
            more.forEach((name, value) -> out.print(",\"" + name + "\":" + text(value)));
            out.println("}");
        }
    }

    /** Escaped, and no longer than fits. */
    static String cell(String text) {
        String cut = text.length() > LONGEST_CELL ? text.substring(0, LONGEST_CELL - 1) + "…" : text;
        String line = Printable.line(cut);
        return line.length() > 2 * LONGEST_CELL ? line.substring(0, 2 * LONGEST_CELL - 1) + "…" : line;
    }

    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String ago(Instant time) {
        long seconds = Duration.between(time, Instant.now()).toSeconds();
        if (seconds < 0) {
            return "in " + span(-seconds);
        }
        return span(seconds) + " ago";
    }

    static String span(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }

    static String size(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
