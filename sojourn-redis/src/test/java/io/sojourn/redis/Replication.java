package io.sojourn.redis;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** For tests that end a master and ask its successor for what it had: what is lost on that way is not what they are after. */
final class Replication {

    private static final Pattern WRITTEN = Pattern.compile("(?m)^master_repl_offset:(\\d+)");
    private static final Pattern ARRIVED = Pattern.compile("(?m)^slave\\d+:.*state=online,offset=(\\d+)");

    private Replication() {}

    /** Until so many replicas have all that the master has by now. {@code WAIT} looks only at what its own connection wrote. */
    static void await(RedisServer master, int replicas) {
        try (RedisProbe probe = master.probe()) {
            Matcher written = WRITTEN.matcher(info(probe));
            long offset = written.find() ? Long.parseLong(written.group(1)) : Long.MAX_VALUE;
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> ARRIVED.matcher(info(probe))
                                    .results()
                                    .filter(replica -> Long.parseLong(replica.group(1)) >= offset)
                                    .count()
                            >= replicas);
        }
    }

    private static String info(RedisProbe probe) {
        return String.valueOf(probe.call("INFO", "replication"));
    }
}
