package io.sojourn.redis;

import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who is connected to a server. */
final class Connections {

    private static final Pattern ID = Pattern.compile("\\bid=(\\d+)");

    private Connections() {}

    /** The numbers of all connections but the one that asks. */
    static Set<String> othersAt(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            String own = String.valueOf(probe.call("CLIENT", "ID"));
            return ID.matcher(String.valueOf(probe.call("CLIENT", "LIST")))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .filter(id -> !id.equals(own))
                    .collect(Collectors.toSet());
        }
    }
}
