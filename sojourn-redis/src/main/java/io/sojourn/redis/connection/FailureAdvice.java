package io.sojourn.redis.connection;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.sojourn.log.SettingName;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What kind of failure it is, by the first word of the server's answer or one of ours, and what whoever reads the log can do about it. */
public enum FailureAdvice {
    OOM("the server has reached maxmemory: raise it, or keep less in sessions; what is stored stays readable"),
    READONLY("the server is a replica and takes no writes: name the master, or use redis-sentinel://"),
    LOADING("the server has just been started and reads its data; it answers when it has"),
    MASTERDOWN("the server is a replica that has lost its master: wait for the failover, or name the master"),
    MISCONF("the server cannot write to its disk: see that there is room, and its log"),
    NOAUTH("the server wants a password: set it, and the user if it has users"),
    WRONGPASS("the user or the password is wrong, or the user is switched off"),
    NOPERM(
            "the user of the access control list lacks a right: TROUBLESHOOTING.md has the list",
            "|ACL failure in script|can't run this command"),
    CLUSTERDOWN("some slots of the cluster have no master: see CLUSTER INFO on one of its nodes"),
    MOVED("the server is part of a cluster: use redis-cluster://"),
    MAXCLIENTS(
            "the server has as many connections as it takes: raise its maxclients, or look for clients that do not close"
                    + " theirs (CLIENT LIST)",
            "|max number of clients"),
    DENIED("the server is in protected mode and takes connections from its own machine only: set a password or an"
            + " access control list, or bind it to a network that only your servers reach"),
    DBINDEX(
            "the server has fewer databases (16 unless its setting databases says otherwise; a cluster has 0 only): raise"
                    + " databases, or choose another one with " + SettingName.REDIS_DATABASE,
            "|DB index is out of range|invalid DB index"),
    CLUSTERDB(
            "the server is part of a cluster, which has database 0 only: use redis-cluster://, and choose no database",
            "|SELECT is not allowed in cluster mode"),
    NEEDSNOPASSWORD(
            "the server, or a proxy before it, wants no password: give none",
            "|called without any password|Client sent AUTH, but no password is set"),
    NOSCRIPTS(
            "the server or a proxy before it does not let scripts run: allow EVALSHA, EVAL and SCRIPT LOAD",
            "|(?i)(unknown|unsupported) command.{0,3}'?(evalsha|eval)\\b"),
    BUSY("the server runs a script of somebody's that does not end: SCRIPT KILL"),
    NOREPLICAS("the server wants more replicas than it has: see its min-replicas-to-write"),
    SILENT(
            "the server is stopped, swapping or blocked by a slow command (SLOWLOG GET), or the network loses packets",
            null),
    UNREACHABLE("the server is down or out of reach; connecting is tried again all the time", null),
    UNACKNOWLEDGED(
            "a replica is away or behind: see INFO replication on the server, or let durability wait for fewer", null),
    OTHER("see the server's own log", null);

    /** How a write is known that too few replicas have acknowledged. */
    public static final String ACKNOWLEDGED = " replicas acknowledged it within ";

    private final String text;

    /** Finds the server's words; null for a kind of our own. */
    private final @Nullable Pattern words;

    FailureAdvice(String text) {
        this(text, "");
    }

    /** @param inScripts other words of the same kind, such as those of scripts; null for a kind of our own */
    FailureAdvice(String text, @Nullable String inScripts) {
        this.text = text;
        this.words = inScripts == null ? null : Pattern.compile("\\b" + name() + "\\b" + inScripts);
    }

    /** What to do. */
    public String text() {
        return text;
    }

    /** What to do about a failure of an operation. */
    public static FailureAdvice of(Throwable failure) {
        if (String.valueOf(failure.getMessage()).contains(ACKNOWLEDGED)) {
            return UNACKNOWLEDGED;
        }
        if (failure instanceof RedisCommandTimeoutException || failure instanceof TimeoutException) {
            return SILENT;
        }
        return failure instanceof RedisCommandExecutionException
                ? ofWords(String.valueOf(failure.getMessage()))
                : UNREACHABLE;
    }

    /** What to do about what a server said, wherever in the text its own words are. */
    public static FailureAdvice ofWords(String said) {
        return Stream.of(values())
                .filter(known ->
                        known.words != null && known.words.matcher(said).find())
                .findFirst()
                .orElse(OTHER);
    }

    /** What to do while there is no connection, given why it could not be made. */
    public static String whenConnecting(String why) {
        FailureAdvice known = ofWords(why);
        if (known != OTHER) {
            return known.text;
        }
        if (why.contains("cluster support disabled")) {
            return "the server is no cluster: use redis://";
        }
        if (why.contains("unknown command") || why.contains("unsupported command")) {
            return "the server, or a proxy before it, does not know what a connection begins with: set to RESP2 "
                    + SettingName.REDIS_PROTOCOL
                    + "; to one that wants no password give none, and to a proxy no database";
        }
        if (why.startsWith("Invalid first byte")) {
            return "what answers there does not speak Redis' protocol: check host and port";
        }
        return "check host, port, firewall, and whether the server wants TLS at this port (rediss://) or not (redis://)";
    }
}
