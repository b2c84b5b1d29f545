package io.sojourn.benchmarks.run;

import io.sojourn.benchmarks.peer.Work;
import java.time.Duration;
import java.util.List;

/**
 * How long a run takes and how good its figures are.
 *
 * @param rounds in each of which every system has one turn
 * @param turn how long a turn is
 * @param warmUp how long each system works before its first round at a work
 * @param supply how many sessions a turn of revoking has
 */
public record Mode(String name, int rounds, Duration turn, Duration warmUp, int supply) {

    /** Five minutes on two processors, the build included. */
    public static final Mode QUICK = new Mode("quick", 5, Duration.ofMillis(180), Duration.ofMillis(400), 1_500);

    /** For figures to be shown. */
    public static final Mode FULL = new Mode("full", 5, Duration.ofMillis(400), Duration.ofMillis(1_500), 6_000);

    /** To see whether everything works; its figures mean nothing. */
    public static final Mode SMOKE = new Mode("smoke", 1, Duration.ofMillis(20), Duration.ofMillis(20), 60);

    /** One of these, by its name. */
    public static Mode named(String name) {
        return List.of(QUICK, FULL, SMOKE).stream()
                .filter(mode -> mode.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such mode: " + name + "; quick or full"));
    }

    /** With how many callers a work is measured. */
    public List<Integer> threads(Work work) {
        return this == FULL || work == Work.A || work == Work.B || work == Work.G
                ? List.of(16, 64, 1)
                : List.of(16, 64);
    }

    /** With how many connections HTTP is measured. */
    public List<Integer> connections() {
        return this == FULL ? List.of(16, 64) : List.of(16);
    }
}
