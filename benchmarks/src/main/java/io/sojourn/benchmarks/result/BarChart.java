package io.sojourn.benchmarks.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars in groups, as an SVG that needs nothing but itself and is legible on a light and on a dark page. Bars that
 * are longer than the scale are cut, and say how long they are all the same.
 */
final class BarChart {

    private static final int WIDTH = 760;
    private static final int LABEL = 170;
    private static final int BARS = WIDTH - LABEL - 90;
    private static final int STEP = 19;
    private static final int GAP = 34;

    private final String title;
    private final String subtitle;
    private final double scale;
    private final String format;
    private final List<String> lines = new ArrayList<>();
    private int y = 62;

    /**
     * An empty chart.
     *
     * @param scale what the longest bar stands for
     * @param format how numbers are written, as for {@link String#format}
     */
    BarChart(String title, String subtitle, double scale, String format) {
        this.title = title;
        this.subtitle = subtitle;
        this.scale = scale;
        this.format = format;
    }

    void group(String name) {
        y += GAP - STEP;
        lines.add(text(0, y, "group", "start", name));
        y += STEP;
    }

    void bar(String name, double value) {
        double length = Math.min(1, value / scale) * BARS;
        boolean ours = name.startsWith("sojourn");
        lines.add(text(LABEL - 8, y, ours ? "ours" : "name", "end", name));
        lines.add(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"13\" rx=\"2\" class=\"%s\"/>",
                LABEL,
                y - 11,
                Math.max(1, length),
                ours ? "bar-ours" : "bar"));
        lines.add(text(
                LABEL + (int) length + 6,
                y,
                ours ? "ours" : "name",
                "start",
                String.format(Locale.ROOT, format, value)));
        y += STEP;
    }

    private static String text(int x, int y, String kind, String anchor, String words) {
        return "<text x=\"" + x + "\" y=\"" + y + "\" class=\"" + kind + "\" text-anchor=\"" + anchor + "\">"
                + words.replace("&", "&amp;").replace("<", "&lt;") + "</text>";
    }

    String svg() {
        int height = y + 4;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + height + "\" width=\"" + WIDTH
                + "\" height=\"" + height + "\" role=\"img\">\n<title>" + title + "</title>\n"
                + """
                <style>
                  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
                  .title { font-size: 17px; font-weight: 600; }
                  .note, .name { fill: #52606d; }
                  .group, .ours { font-weight: 600; }
                  .bar { fill: #9aa5b1; }
                  .bar-ours { fill: #0b7285; }
                  @media (prefers-color-scheme: dark) {
                    text { fill: #e4e7eb; }
                    .note, .name { fill: #a7b1bc; }
                    .bar { fill: #616e7c; }
                    .bar-ours { fill: #3bc9db; }
                  }
                </style>
                """
                + text(0, 20, "title", "start", title)
                + "\n"
                + text(0, 42, "note", "start", subtitle)
                + "\n"
                + String.join("\n", lines)
                + "\n</svg>\n";
    }
}
