package io.sojourn.admin.doctor;

import io.sojourn.StoreUnavailableException;
import io.sojourn.admin.Severity;
import io.sojourn.admin.scan.Reply;
import io.sojourn.log.SettingName;
import io.sojourn.redis.RedisNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tries which commands the user may send, on a key of its own. A server checks rights before it looks at anything else, so most trials
 * are made such that they change nothing even where they are allowed: on a key that is not there, or with arguments that the command
 * refuses. Then one small key is written and removed.
 */
public final class RightsCheck {

    private static final String KEY = "KEY";

    /** What sessions cannot do without. */
    private static final List<String> SESSIONS = List.of(
            "hgetall KEY",
            "memory usage KEY",
            "unlink KEY",
            "evalsha 0000000000000000000000000000000000000000 1 KEY",
            "eval return 1 KEY",
            "exists KEY",
            "hget KEY f",
            "hmget KEY f",
            "hset KEY f v f",
            "hdel KEY f",
            "pexpire KEY 1000",
            "pexpireat KEY 1",
            "persist KEY",
            "time",
            "zadd KEY XX 1 m",
            "zcount KEY 0 1",
            "zrange KEY 0 1",
            "zrangebyscore KEY 0 1",
            "zrem KEY m",
            "zremrangebyscore KEY 0 1",
            "zscore KEY m");

    private static final List<String> ENDS =
            List.of("pttl KEY", "copy KEY KEY2", "rename KEY KEY2", "hincrby KEY f none");

    private static final List<String> EVERY_NODE = List.of("xadd KEY none f v", "xrange KEY - +", "xrevrange KEY + -");
    private static final List<String> NEAR_CACHE = List.of("client tracking none", "pttl KEY");
    private static final List<String> START = List.of("info", "script load return_1");
    private static final List<String> DURABILITY = List.of("wait 0 1");
    private static final List<String> NAME = List.of("client setname no\nname");
    private static final List<String> ADMIN = List.of("scan 0 COUNT 1", "dbsize", "pttl KEY");
    private static final List<String> DOCTOR = List.of("info", "slowlog get 1");

    private final Patient patient;
    private final Notes notes;
    private final String key;
    private final RedisNode node;

    public RightsCheck(Patient patient, Notes notes) {
        this.patient = patient;
        this.notes = notes;
        this.key = patient.key(
                "@doctor:" + Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36));
        this.node = patient.redis().master(key);
    }

    /** Tries everything. */
    public void look() {
        boolean keysAllowed = keys();
        if (keysAllowed) {
            feature("sessions", Severity.CRITICAL, SESSIONS, "No session can be stored without them");
            feature(
                    "end-events",
                    recordsEnds() ? Severity.CRITICAL : Severity.NOTE,
                    ENDS,
                    SettingName.END_EVENTS + " needs them");
            feature(
                    "every-node",
                    Severity.NOTE,
                    EVERY_NODE,
                    SettingName.END_EVENTS_ON_EVERY_NODE + " and EventPublisher need them");
            feature("near-cache", Severity.NOTE, NEAR_CACHE, "The near cache needs them");
            feature(
                    "start",
                    Severity.NOTE,
                    START,
                    "Without them the store starts as well, but cannot say what is wrong");
            feature("durability", Severity.NOTE, DURABILITY, "durability needs them");
            feature("client-name", Severity.NOTE, NAME, SettingName.REDIS_CLIENT_NAME + " needs them");
            feature("admin", Severity.NOTE, ADMIN, "Counting and listing sessions needs them");
            feature("doctor", Severity.NOTE, DOCTOR, "Without them this check cannot see everything");
            write();
        }
    }

    /** A user who may not even ask is told of that right with the others. */
    private boolean recordsEnds() {
        try {
            return patient.recordsEnds().getAsBoolean();
        } catch (StoreUnavailableException e) {
            if (Reply.isMissingRight(e)) {
                return false;
            }
            throw e;
        }
    }

    private @Nullable String refusal(String... words) {
        return Reply.error(Reply.await(node.call(words[0], Arrays.copyOfRange(words, 1, words.length))));
    }

    /** Whether the user may touch keys under the prefix at all. */
    private boolean keys() {
        String refused = refusal("EXISTS", key);
        if (refused != null && refused.startsWith("NOPERM") && refused.contains("key")) {
            notes.add(
                    "rights-keys",
                    Severity.CRITICAL,
                    node.name(),
                    "The user has no right to the keys under the prefix: " + refused,
                    "No session can be opened or stored",
                    "Give the user the pattern ~" + patient.redis().prefix()
                            + ":* with ACL SETUSER, or correct the prefix");
            return false;
        }
        return true;
    }

    private void feature(String name, Severity severity, List<String> trials, String why) {
        List<String> missing = new ArrayList<>();
        for (String trial : trials) {
            String refused = refusal(words(trial));
            if (refused != null && (refused.startsWith("NOPERM") || refused.startsWith("ERR unknown command"))) {
                missing.add(right(trial));
            }
        }
        if (!missing.isEmpty()) {
            String all = String.join(" ", missing);
            notes.add(
                    "rights-" + name,
                    severity,
                    node.name(),
                    "The user may not send " + all.replace("+", "").replace(" ", ", "),
                    why,
                    "Give it the rights with ACL SETUSER and " + all + " on every server, if this feature is used");
        }
    }

    private String[] words(String trial) {
        if (trial.startsWith("eval ")) {
            return new String[] {"eval", "return 1", "1", key};
        }
        if (trial.startsWith("script ")) {
            return new String[] {"script", "load", "return 1"};
        }
        return Arrays.stream(trial.split(" ", -1))
                .map(word -> word.equals(KEY) ? key : word.equals("KEY2") ? key + "b" : word)
                .toArray(String[]::new);
    }

    /** As it is written in a list of rights. */
    private static String right(String trial) {
        String[] words = trial.split(" ", -1);
        boolean hasParts = List.of("memory", "client", "script", "slowlog").contains(words[0]);
        return "+" + words[0] + (hasParts ? "|" + words[1] : "");
    }

    /** A server may refuse all writes: it has no memory left, cannot write to its disk, or has too few replicas. */
    private void write() {
        String refused = refusal("HSET", key, "f", "v");
        String limited = refusal("PEXPIRE", key, "10000");
        String removed = refusal("UNLINK", key);
        if (refused != null && !refused.startsWith("NOPERM") && !refused.startsWith("MOVED")) {
            notes.add(
                    "writes-refused",
                    Severity.CRITICAL,
                    node.name(),
                    "It refuses to write: " + refused,
                    "No session can be stored",
                    "Do what the message says; MISCONF means the disk, OOM the memory, NOREPLICAS the replicas");
        }
        if (refused == null && limited != null && removed != null) {
            notes.add(
                    "doctor-key",
                    Severity.NOTE,
                    node.name(),
                    "The key " + key + " of this check could not be removed: " + removed,
                    "It stays for ever",
                    "Remove it by hand, with UNLINK");
        }
    }
}
