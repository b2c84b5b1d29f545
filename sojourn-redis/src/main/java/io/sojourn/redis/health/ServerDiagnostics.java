package io.sojourn.redis.health;

import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What a person should know of a server's report: a line of facts, and what will hurt sooner or later. */
public final class ServerDiagnostics {

    /** By less than this the clocks of machines differ all the time. */
    static final Duration TOLERATED_SKEW = Duration.ofSeconds(2);

    private static final double NEARLY_FULL = 0.85;

    private static final BigDecimal MIB = BigDecimal.valueOf(1 << 20);

    private ServerDiagnostics() {}

    /** The facts of one server, such as {@code Redis 7.0.15, master with 1 replica, noeviction, …}. */
    public static String facts(ServerReport report) {
        List<String> facts = new ArrayList<>();
        facts.add(report.product());
        if (report.isReplica()) {
            facts.add("a replica");
        } else {
            report.replicas().ifPresent(count -> facts.add(count == 1 ? "1 replica" : count + " replicas"));
        }
        report.text("maxmemory_policy").ifPresent(facts::add);
        report.number("used_memory").ifPresent(used -> facts.add("memory " + mebibytes(used) + limit(report)));
        report.text("aof_enabled")
                .ifPresent(on -> facts.add(report.hasAppendOnlyFile() ? "append-only file" : "no append-only file"));
        Duration roundTrip = report.roundTrip();
        if (roundTrip != null) {
            facts.add("first round trip " + millis(roundTrip));
        }
        if (!report.unseen().isEmpty()) {
            facts.add("more could not be seen: " + report.unseen());
        }
        return String.join(", ", facts);
    }

    private static String limit(ServerReport report) {
        long limit = report.number("maxmemory").orElse(0L);
        return limit == 0 ? " without a limit" : " of " + mebibytes(limit);
    }

    private static String mebibytes(long bytes) {
        return BigDecimal.valueOf(bytes).divide(MIB, 1, RoundingMode.HALF_UP) + " MiB";
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    /**
     * What will hurt, by what kind of thing it is.
     *
     * @param isCluster whether the server is used as one of a cluster
     */
    public static Map<String, String> warnings(ServerReport report, boolean isCluster) {
        Map<String, String> found = new LinkedHashMap<>();
        String policy = report.text("maxmemory_policy").orElse("noeviction");
        if (!policy.equals("noeviction")) {
            found.put(
                    "policy",
                    "when its memory is full it drops sessions of users who are signed in (maxmemory-policy " + policy
                            + "): set noeviction");
        }
        memory(report, found);
        if (!report.noScripts().isEmpty()) {
            found.put(
                    "scripts",
                    "it runs no scripts (" + report.noScripts()
                            + "), so no session can be saved: allow EVALSHA, EVAL and"
                            + " SCRIPT LOAD for this user and in every proxy before the server");
        }
        if (report.isReplica()) {
            found.put("replica", "it is a replica and takes no writes: name the master, or use redis-sentinel://");
        }
        if (!isCluster && isOfACluster(report)) {
            found.put("cluster", "it is part of a cluster and refuses most sessions: use redis-cluster://");
        }
        if (report.replicas().filter(count -> count == 0).isPresent()) {
            found.put("replicas", "it has no replica: while it is away, nobody has a session");
        }
        if (report.text("aof_enabled").isPresent() && !report.hasAppendOnlyFile() && !report.hasSnapshot()) {
            found.put(
                    "persistence",
                    "it has no append-only file and has written no snapshot since its start: when it is restarted,"
                            + " everybody is signed out");
        }
        Duration skew = report.skew();
        if (skew != null && skew.abs().compareTo(TOLERATED_SKEW) > 0) {
            found.put(
                    "clock",
                    "its clock is " + millis(skew.abs()) + (skew.isNegative() ? " behind" : " ahead of")
                            + " this machine's: sessions may end early or late; let both follow a time server (NTP)");
        }
        return found;
    }

    /** Valkey 9 has another name for its mode than Redis and older ones. */
    private static boolean isOfACluster(ServerReport report) {
        return Stream.of("redis_mode", "server_mode")
                .flatMap(name -> report.text(name).stream())
                .anyMatch("cluster"::equals);
    }

    /** How a warning is logged: that a server on the same machine has no replica and no copy on disk is no news to developers. */
    public static Level level(ServerReport report, String kind) {
        return report.isOnThisMachine() && (kind.equals("replicas") || kind.equals("persistence"))
                ? Level.INFO
                : Level.WARNING;
    }

    private static void memory(ServerReport report, Map<String, String> found) {
        long limit = report.number("maxmemory").orElse(0L);
        long used = report.number("used_memory").orElse(0L);
        if (limit > 0 && used > NEARLY_FULL * limit) {
            found.put(
                    "memory",
                    "its memory is nearly full (" + mebibytes(used) + " of " + mebibytes(limit)
                            + "): raise maxmemory, or it will refuse to store sessions");
        }
    }
}
