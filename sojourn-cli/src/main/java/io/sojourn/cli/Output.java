package io.sojourn.cli;

import io.sojourn.log.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes tables and JSON. Text that a visitor may have typed is escaped in both, and cut in tables. */
final class Output {

    private static final int LONGEST_CELL = 60;

    private final PrintWriter out;
    private final boolean colors;

    Output(PrintWriter out) {
        this.out = out;
        this.colors = Ansi.AUTO.enabled(); // A terminal, and no NO_COLOR.
    }

    /** As JSON in ASCII, so that no terminal takes a part of it for a command. */
    void json(Object value) {
        out.println(JsonMapper.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .writeValueAsString(value));
    }

    void line(String text) {
        out.println(Printable.line(text));
    }

    /** A line in a colour of picocli's, such as {@code red}. */
    void line(String style, String text) {
        String printed = Printable.line(text);
        out.println(colors ? style(style) + printed + style("reset") : printed);
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
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        rows.forEach(row -> all.add(row.stream().map(Output::cell).toList()));
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (int r = 0; r < all.size(); r++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = all.get(r).get(i);
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            String text = line.toString().stripTrailing();
            out.println(r == 0 && colors ? style("bold") + text + style("reset") : text);
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
