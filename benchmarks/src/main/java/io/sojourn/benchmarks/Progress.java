package io.sojourn.benchmarks;

import java.io.PrintStream;
import java.time.Duration;

/** One line that says what is going on and how long it will take; on a terminal it is written over, elsewhere said once a topic. */
final class Progress {

    private final PrintStream out;
    private final boolean terminal = System.console() != null;
    private final long start = System.nanoTime();
    private final double total;
    private double done;
    private int width;
    private String topic = "";

    /** @param total how many units of work there are, of any size */
    Progress(PrintStream out, double total) {
        this.out = out;
        this.total = total;
    }

    /** So many units are done, and this comes next. */
    void next(double units, String what) {
        done += units;
        double elapsed = (System.nanoTime() - start) / 1e9;
        double share = Math.min(1, done / total);
        String left = share < 0.02 ? "" : time(elapsed / share * (1 - share)) + " left";
        String line = String.format("[%3.0f %%] %-44s %s", 100 * share, what, left);
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else if (!what.split("[:,]")[0].equals(topic)) {
            topic = what.split("[:,]")[0];
            out.println(line);
        }
    }

    /** The line is over. */
    void end() {
        if (terminal) {
            out.print("\r" + " ".repeat(width) + "\r");
        }
    }

    private static String time(double seconds) {
        Duration left = Duration.ofSeconds(Math.round(seconds));
        return left.toMinutes() + ":" + String.format("%02d", left.toSecondsPart());
    }
}
