package io.sojourn.benchmarks.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that Sojourn is to show, and how far it does.
 *
 * @param what in words
 * @param wanted the limit
 * @param atLeast whether it is the lowest or the highest that will do
 * @param found what the run shows; empty if it was not measured
 */
public record Promise(String what, double wanted, boolean atLeast, Optional<Double> found) {

    /** Whether it is kept; nothing measured is not kept. */
    public boolean isKept() {
        return found.filter(value -> atLeast ? value >= wanted : value <= wanted)
                .isPresent();
    }

    /** A line for people. */
    @Override
    public String toString() {
        return String.format(
                "%-6s %-72s %s %8s   %s",
                found.isEmpty() ? "?" : isKept() ? "ok" : "MISSED",
                what,
                atLeast ? "at least" : "at most ",
                number(wanted),
                found.map(Promise::number).orElse("not measured"));
    }

    private static String number(double value) {
        return value >= 100 ? String.format("%.0f", value) : String.format("%.2f", value);
    }

    /** All of them, held against a run. */
    public static List<Promise> of(Results run) {
        return new Promises(run).all();
    }

    private static final class Promises {

        private static final String FLOOR = "lettuce";
        private static final String SPRING = "spring-redis-jdk";
        private static final String OURS = "sojourn";
        private static final String BOOT = "sojourn-boot";
        private static final String SPRING_BOOT = "spring-boot";
        private static final String NEAR = "sojourn-near";

        private final Results run;
        private final List<Promise> all = new ArrayList<>();

        Promises(Results run) {
            this.run = run;
        }

        List<Promise> all() {
            for (int threads : List.of(16, 64)) {
                rates(threads);
            }
            costs();
            memory();
            http();
            if (run.row("boot-read", 16, BOOT).isPresent()) { // Older runs have none.
                boot();
            }
            return all;
        }

        private void rates(int threads) {
            String at = " (" + threads + " threads)";
            atLeast("a: load, of Lettuce's GET" + at, 0.85, run.ratio("a", threads, OURS, FLOOR));
            atLeast("a: load, times Spring" + at, 5, run.ratio("a", threads, OURS, SPRING));
            atLeast("b: change, of Lettuce's GETEX and SETEX" + at, 0.75, run.ratio("b", threads, OURS, FLOOR));
            atLeast("b: change, times Spring" + at, 2.3, run.ratio("b", threads, OURS, SPRING));
            atLeast("c: create, times Spring" + at, 1.5, run.ratio("c", threads, OURS, SPRING));
            atLeast("d: load and revoke, times Spring" + at, 1.5, run.ratio("d", threads, OURS, SPRING));
            atLeast("e: list, times Spring's index" + at, 4, run.ratio("e", threads, OURS, "spring-indexed-jdk"));
            atLeast("f: 100 KB, times Spring" + at, 1.5, run.ratio("f", threads, OURS, SPRING));
            atLeast("g: near-cache hit, times Lettuce's GET" + at, 20, run.ratio("g", threads, NEAR, FLOOR));
        }

        private void costs() {
            atMost("a: client CPU, times the floor's", 1.3, ofFloor("a", Row::clientCpuMicros));
            atMost("a: server CPU, times the floor's", 1.3, ofFloor("a", Row::serverCpuMicros));
            atMost("a: bytes allocated, times the floor's", 1.5, ofFloor("a", Row::bytesAllocated));
            atMost("g: bytes allocated by a near-cache hit", 300, value("g", 16, NEAR, Row::bytesAllocated));
            atMost("f: bytes on the wire, of Spring's", 1, quotient("f", 16, OURS, SPRING, Row::wireBytes));
        }

        private void memory() {
            atMost("memory of the session of 1 KB", 1_650, bytes("a", OURS));
            atMost("memory of the session of 1 KB, compressed", 1_250, bytes("a", "sojourn-zstd"));
            atMost("memory of the session of three attributes", 520, bytes("c", OURS));
        }

        private void http() {
            String floor = "floor-filter";
            atLeast("http: read, times Spring", 4, run.ratio("http-read", 16, OURS, SPRING));
            atLeast("http: read, of a hand-written filter", 0.8, run.ratio("http-read", 16, OURS, floor));
            atLeast("http: write, times Spring", 3, run.ratio("http-write", 16, OURS, SPRING));
            atLeast("http: write, of a hand-written filter", 0.8, run.ratio("http-write", 16, OURS, floor));
            atLeast("http: read with near cache, of Tomcat", 0.8, run.ratio("http-read", 16, NEAR, "tomcat"));
            atLeast("http: session not touched, of Tomcat", 0.95, run.ratio("http-none", 16, OURS, "tomcat"));
        }

        private void boot() {
            for (String work : List.of("read", "write", "login")) {
                atLeast("boot: " + work + ", times Spring", 1, run.ratio("boot-" + work, 16, BOOT, SPRING_BOOT));
            }
            Optional<Double> later = value("boot-start", 1, BOOT, Row::p50Micros)
                    .flatMap(ours ->
                            value("boot-start", 1, SPRING_BOOT, Row::p50Micros).map(theirs -> (ours - theirs) / 1e3));
            atMost("boot: milliseconds that the start takes longer than with Spring", 50, later);
        }

        private void atLeast(String what, double wanted, Optional<Double> found) {
            all.add(new Promise(what, wanted, true, found));
        }

        private void atMost(String what, double wanted, Optional<Double> found) {
            all.add(new Promise(what, wanted, false, found));
        }

        private Optional<Double> ofFloor(String work, Function<Row, Double> figure) {
            return quotient(work, 16, OURS, FLOOR, figure);
        }

        private Optional<Double> quotient(
                String work, int threads, String system, String other, Function<Row, Double> figure) {
            return value(work, threads, system, figure)
                    .flatMap(one -> value(work, threads, other, figure).map(two -> one / two));
        }

        private Optional<Double> value(String work, int threads, String system, Function<Row, Double> figure) {
            return run.row(work, threads, system).map(figure);
        }

        private Optional<Double> bytes(String work, String system) {
            return value(work, 16, system, row -> row.redisBytes().doubleValue());
        }
    }
}
