package io.sojourn.redis.health;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one server told of itself. Any of it may be missing: managed services leave out sections, and access control lists
 * may forbid to ask.
 *
 * @param server where it is
 * @param info the lines of {@code INFO}, by name; empty if it was refused
 * @param roundTrip how long one command took; null if that was not measured
 * @param skew by how much the server's clock is ahead of ours, less what the round trip leaves open; null if not known
 * @param unseen why something could not be seen; empty if all could
 * @param noScripts in the server's words why it runs no scripts; empty if it does
 */
public record ServerReport(
        String server,
        Map<String, String> info,
        @Nullable Duration roundTrip,
        @Nullable Duration skew,
        String unseen,
        String noScripts) {

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)(%.*)?]?):\\d+");

    private static final int OLDEST_MAJOR = 6;
    private static final int OLDEST_MINOR = 2;

    ServerReport withScripts(String refusal) {
        return new ServerReport(server, info, roundTrip, skew, unseen, refusal);
    }

    /** Whether the server was connected to over the loopback interface: as on a developer's machine. */
    boolean isOnThisMachine() {
        return LOOPBACK.matcher(server).matches();
    }

    public static Map<String, String> lines(String info) {
        Map<String, String> lines = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return lines;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(info.get(name)).filter(text -> !text.isEmpty());
    }

    Optional<Long> number(String name) {
        return text(name).filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf);
    }

    /** Valkey tells a version of Redis, too: the last with which it is compatible. */
    boolean isValkey() {
        return text("server_name").filter("valkey"::equals).isPresent()
                || text("valkey_version").isPresent();
    }

    /** Which program, and its own version. */
    public String product() {
        return isValkey()
                ? "Valkey " + text("valkey_version").orElse("of unknown version")
                : text("redis_version").map(version -> "Redis " + version).orElse("a server of unknown version");
    }

    /** Whether it lacks commands that the scripts need. What does not tell its version is trusted. */
    public boolean isTooOld() {
        Matcher version = VERSION.matcher(text("redis_version").orElse(""));
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR);
    }

    boolean isReplica() {
        return text("role").filter("slave"::equals).isPresent();
    }

    /** Replicas that are connected to this master. */
    Optional<Long> replicas() {
        return isReplica() ? Optional.empty() : number("connected_slaves");
    }

    boolean hasAppendOnlyFile() {
        return text("aof_enabled").filter("1"::equals).isPresent();
    }

    /**
     * Whether a snapshot was written since the server was started (before the first, that time is its start), or one was read when
     * it was started, within the last hour: the next may not be due yet. Versions before 7.0 do not tell what they read.
     */
    boolean hasSnapshot() {
        long up = number("uptime_in_seconds").orElse(0L);
        long started =
                number("server_time_usec").map(micros -> micros / 1_000_000).orElse(0L) - up;
        boolean written = number("rdb_last_save_time")
                .filter(saved -> started > 0 && saved > started + 1)
                .isPresent();
        return written || (up < 3600 && number("rdb_last_load_keys_loaded").orElse(0L) > 0);
    }
}
