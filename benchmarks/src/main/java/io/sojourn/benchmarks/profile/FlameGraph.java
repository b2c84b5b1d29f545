package io.sojourn.benchmarks.profile;

import java.util.Locale;
import java.util.Map;

/** A flame graph as an SVG: callers below, callees above, as wide as their share. Pointing at a box tells its share. */
final class FlameGraph {

    private static final int WIDTH = 1_400;
    private static final int STEP = 17;
    private static final int HEAD = 34;
    private static final double NARROWEST = 1.5;

    private final StringBuilder boxes = new StringBuilder();
    private final long total;
    private final int height;
    private final String title;

    private FlameGraph(String title, Frame root) {
        this.title = title;
        this.total = Math.max(1, root.weight());
        this.height = HEAD + STEP * root.depth();
        draw(root, 0, 0);
    }

    static String svg(String title, Frame root) {
        return new FlameGraph(title, root).text();
    }

    private void draw(Frame frame, double x, int level) {
        double left = x;
        for (Map.Entry<String, Frame> callee : frame.callees().entrySet()) {
            double width = (double) callee.getValue().weight() / total * WIDTH;
            if (width >= NARROWEST) {
                box(callee.getKey(), callee.getValue(), left, width, level);
                draw(callee.getValue(), left, level + 1);
            }
            left += width;
        }
    }

    private void box(String name, Frame frame, double x, double width, int level) {
        int y = height - STEP * (level + 1);
        String colour = name.startsWith("sojourn") ? "#3bc9db" : name.startsWith("lettuce") ? "#ffd8a8" : "#e9ecef";
        String shown =
                name.length() * 6.2 < width ? name : width > 30 ? name.substring(0, (int) (width / 6.2) - 1) : "";
        boxes.append(String.format(
                Locale.ROOT,
                "<g><title>%s, %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>"
                        + "<text x=\"%.1f\" y=\"%d\">%s</text></g>%n",
                escaped(name),
                100.0 * frame.weight() / total,
                x,
                y,
                Math.max(0.5, width - 0.5),
                colour,
                x + 2,
                y + 12,
                escaped(shown)));
    }

    private static String escaped(String name) {
        return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private String text() {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + height + "\" width=\"" + WIDTH
                + "\" height=\"" + height + "\">\n<style>text { font: 10px monospace; fill: #212529; }</style>\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"4\" y=\"16\" style=\"font-size: 14px\">"
                + escaped(title)
                + "</text>\n"
                + boxes
                + "</svg>\n";
    }
}
