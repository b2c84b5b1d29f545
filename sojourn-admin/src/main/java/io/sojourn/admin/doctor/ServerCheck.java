package io.sojourn.admin.doctor;

import io.sojourn.admin.Severity;
import io.sojourn.admin.scan.Reply;
import io.sojourn.redis.RedisNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at one server: what it is, how it keeps what it has, how much room it has, and how fast it answers. */
public final class ServerCheck {

    private static final double NEARLY_FULL = 0.85;
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(2);
    private static final Duration SLOW_ROUND_TRIP = Duration.ofMillis(10);
    private static final int PINGS = 15;
    private static final long SLOW_COMMAND_MICROS = 10_000;

    /** One command that took a little longer is nothing: another process may have had the processor. */
    private static final long VERY_SLOW_MICROS = 30_000;

    private static final int MANY_SLOW = 10;
    private static final long SLOW_LOG_SECONDS = 3_600;
    private static final long LAGGING_SECONDS = 10;
    private static final long MIB = 1 << 20;

    private final Patient patient;
    private final Notes notes;

    public ServerCheck(Patient patient, Notes notes) {
        this.patient = patient;
        this.notes = notes;
    }

    /** Looks at it, and says what it is. */
    public String look(RedisNode node) {
        latency(node);
        clock(node);
        slowLog(node);
        List<@Nullable Object> reply = Reply.await(node.call("INFO"));
        String refused = Reply.error(reply);
        if (refused != null) {
            notes.add(
                    "info-unseen",
                    Severity.NOTE,
                    node.name(),
                    "The server does not tell what it is: " + refused,
                    "Version, memory, persistence and replicas could not be looked at",
                    "Give the user the right +info");
            return node.name();
        }
        Map<String, String> info = lines(Reply.text(Reply.at(reply, 0)));
        version(node, info);
        role(node, info);
        replicas(node, info);
        persistence(node, info);
        memory(node, info);
        cluster(node, info);
        return node.name() + " is " + product(info) + ", " + info.getOrDefault("connected_slaves", "?")
                + " replicas, maxmemory-policy " + info.getOrDefault("maxmemory_policy", "?") + ", "
                + number(info, "used_memory") / MIB + " MiB used";
    }

    private static Map<String, String> lines(String info) {
        Map<String, String> lines = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return lines;
    }

    private static long number(Map<String, String> info, String name) {
        return Reply.number(info.get(name), 0);
    }

    private static String product(Map<String, String> info) {
        String valkey = info.get("valkey_version");
        return valkey != null
                ? "Valkey " + valkey
                : "Redis " + info.getOrDefault("redis_version", "of unknown version");
    }

    private void version(RedisNode node, Map<String, String> info) {
        String[] parts = info.getOrDefault("redis_version", "9.9").split("\\.", -1);
        long major = Reply.number(parts[0], 9);
        long minor = parts.length > 1 ? Reply.number(parts[1], 0) : 0;
        if (major < 6 || (major == 6 && minor < 2)) {
            notes.add(
                    "version",
                    Severity.CRITICAL,
                    node.name(),
                    "It is " + product(info),
                    "Sessions need commands that it does not have",
                    "Upgrade it to Redis 6.2 or Valkey 7.2 at least");
        }
    }

    private void role(RedisNode node, Map<String, String> info) {
        if ("slave".equals(info.get("role"))) {
            notes.add(
                    "replica",
                    Severity.CRITICAL,
                    node.name(),
                    "It is a replica",
                    "A replica takes no writes, so no session can be saved",
                    "Name the master in the URI, or use redis-sentinel://");
        }
        if ("1".equals(info.get("cluster_enabled")) && !patient.redis().isCluster()) {
            notes.add(
                    "cluster-uri",
                    Severity.CRITICAL,
                    node.name(),
                    "It is a node of a cluster, and the URI names one server",
                    "The node refuses all sessions that belong to other nodes",
                    "Use redis-cluster:// in the URI");
        }
    }

    private void replicas(RedisNode node, Map<String, String> info) {
        if (!"master".equals(info.get("role"))) {
            return;
        }
        if (number(info, "connected_slaves") == 0) {
            notes.add(
                    "no-replica",
                    Severity.WARNING,
                    node.name(),
                    "It has no replica",
                    "While it is away, nobody has a session, and what it has not stored on disk is lost",
                    "Add a replica, with sentinels or as a cluster");
        }
        long offset = number(info, "master_repl_offset");
        info.forEach((name, line) -> {
            if (name.matches("slave\\d{1,4}")) {
                long behind = offset - Reply.number(part(line, "offset"), offset);
                long lag = Reply.number(part(line, "lag"), 0);
                if (!part(line, "state").equals("online") || lag > LAGGING_SECONDS || behind > 10 * MIB) {
                    notes.add(
                            "replica-behind",
                            Severity.WARNING,
                            node.name(),
                            "Its replica " + part(line, "ip") + ":" + part(line, "port") + " is " + part(line, "state")
                                    + ", " + lag + " s and " + behind + " bytes behind",
                            "A failover now would lose sessions and sign-outs that the replica does not have",
                            "Look at the network between the two, and at repl-backlog-size");
                }
            }
        });
    }

    private static String part(String line, String name) {
        return Arrays.stream(line.split(",", -1))
                .filter(part -> part.startsWith(name + "="))
                .map(part -> part.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private void persistence(RedisNode node, Map<String, String> info) {
        boolean log = "1".equals(info.get("aof_enabled"));
        long up = number(info, "uptime_in_seconds");
        long started = number(info, "server_time_usec") / 1_000_000 - up;
        // A server that has read a snapshot at its start has others to come; the next may be due in an hour.
        boolean snapshot = number(info, "rdb_last_save_time") > started + 1
                || (up < 3600 && number(info, "rdb_last_load_keys_loaded") > 0);
        if (info.containsKey("aof_enabled") && !log && !snapshot) {
            notes.add(
                    "no-persistence",
                    Severity.WARNING,
                    node.name(),
                    "It has no append-only file and has written no snapshot since its start",
                    "When it is restarted, everybody is signed out",
                    "Set appendonly yes, with appendfsync everysec");
        }
        boolean failing = log
                ? "err".equals(info.get("aof_last_write_status")) || "err".equals(info.get("aof_last_bgrewrite_status"))
                : "err".equals(info.get("rdb_last_bgsave_status"));
        if (failing) {
            notes.add(
                    "persistence-fails",
                    Severity.CRITICAL,
                    node.name(),
                    "It could not write to its disk the last time it tried",
                    "It refuses writes after that, or loses what it has when it is restarted",
                    "Look at the room on the disk, at the rights of its directory, and at the server's log");
        }
    }

    private void memory(RedisNode node, Map<String, String> info) {
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        long evicted = number(info, "evicted_keys");
        if (!policy.equals("noeviction")) {
            notes.add(
                    "eviction",
                    evicted > 0 ? Severity.CRITICAL : Severity.WARNING,
                    node.name(),
                    "Its maxmemory-policy is " + policy
                            + (evicted > 0 ? ", and it has evicted " + evicted + " keys" : ""),
                    "When its memory is full it drops sessions of users who are signed in",
                    "Set maxmemory-policy noeviction");
        }
        long limit = number(info, "maxmemory");
        long used = number(info, "used_memory");
        if (limit > 0 && used > NEARLY_FULL * limit) {
            notes.add(
                    "memory",
                    used > limit ? Severity.CRITICAL : Severity.WARNING,
                    node.name(),
                    "Its memory is " + 100 * used / limit + "% full (" + used / MIB + " of " + limit / MIB + " MiB)",
                    "A server without memory refuses to store sessions",
                    "Raise maxmemory, shorten the idle timeout, or find out what is large");
        }
        if (limit == 0 && info.containsKey("maxmemory")) {
            notes.add(
                    "memory-unlimited",
                    Severity.NOTE,
                    node.name(),
                    "It has no maxmemory",
                    "When the machine's memory is full, the system ends the server, or it swaps and becomes slow",
                    "Set maxmemory below the memory of the machine, with maxmemory-policy noeviction");
        }
    }

    private void cluster(RedisNode node, Map<String, String> info) {
        if (!"1".equals(info.get("cluster_enabled"))) {
            return;
        }
        List<@Nullable Object> reply = Reply.await(node.call("CLUSTER", "INFO"));
        Map<String, String> state = lines(Reply.text(Reply.at(reply, 0)));
        if (Reply.error(reply) == null
                && (!"ok".equals(state.get("cluster_state")) || number(state, "cluster_slots_fail") > 0)) {
            notes.add(
                    "cluster-state",
                    Severity.CRITICAL,
                    node.name(),
                    "It says that the cluster's state is " + state.get("cluster_state") + ", with "
                            + state.get("cluster_slots_assigned") + " of 16384 slots assigned and "
                            + state.get("cluster_slots_fail") + " failed",
                    "Sessions in slots that nobody serves cannot be opened or saved",
                    "Look at CLUSTER NODES for nodes that are away, and bring them back or let their replicas take over");
        }
    }

    private void latency(RedisNode node) {
        long[] nanos = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            long start = System.nanoTime();
            List<@Nullable Object> unused = Reply.await(node.call("PING"));
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        Duration median = Duration.ofNanos(nanos[PINGS / 2]);
        if (median.compareTo(SLOW_ROUND_TRIP) > 0) {
            notes.add(
                    "latency",
                    Severity.WARNING,
                    node.name(),
                    "A round trip takes " + millis(median.toNanos() / 1_000) + " (the middle one of " + PINGS + ")",
                    "Each request waits for one or two of them",
                    "Run the application in the same zone as the server, and look at the load of the server's machine");
        }
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
    }

    private void clock(RedisNode node) {
        Instant before = patient.clock().instant();
        List<@Nullable Object> time = Reply.await(node.call("TIME"));
        Instant after = patient.clock().instant();
        if (time.size() < 2) {
            return; // A missing right, which the check of rights tells.
        }
        Instant server = Instant.ofEpochSecond(Reply.number(time.get(0), 0), Reply.number(time.get(1), 0) * 1_000);
        Duration skew = server.isBefore(before)
                ? Duration.between(server, before)
                : server.isAfter(after) ? Duration.between(after, server) : Duration.ZERO;
        if (skew.compareTo(TOLERATED_SKEW) > 0) {
            notes.add(
                    "clock",
                    Severity.WARNING,
                    node.name(),
                    "Its clock and that of this machine differ by " + skew.toMillis() + " ms",
                    "Sessions may end too early or too late",
                    "Let both machines follow a time server (NTP)");
        }
    }

    /** Arguments of commands are not told: they may be what sessions hold. */
    private void slowLog(RedisNode node) {
        List<@Nullable Object> entries = Reply.await(node.call("SLOWLOG", "GET", "128"));
        List<@Nullable Object> time = Reply.await(node.call("TIME"));
        if (Reply.error(entries) != null || time.size() < 2) {
            return;
        }
        long since = Reply.number(time.get(0), 0) - SLOW_LOG_SECONDS;
        long count = 0;
        long slowest = 0;
        String command = "";
        for (Object each : entries) {
            List<@Nullable Object> entry = Reply.list(each);
            long micros = Reply.number(Reply.at(entry, 2), 0);
            if (Reply.number(Reply.at(entry, 1), 0) >= since && micros >= SLOW_COMMAND_MICROS) {
                count++;
                if (micros > slowest) {
                    slowest = micros;
                    command = Reply.text(Reply.at(Reply.list(Reply.at(entry, 3)), 0));
                }
            }
        }
        if (slowest >= VERY_SLOW_MICROS || count >= MANY_SLOW) {
            notes.add(
                    "slow-log",
                    Severity.WARNING,
                    node.name(),
                    count + " commands of the last hour took 10 ms or more; the slowest was " + command + " with "
                            + millis(slowest),
                    "While one command runs, all sessions wait",
                    "Look at SLOWLOG GET for who sends them; keep KEYS and large scripts away from this server");
        }
    }
}
