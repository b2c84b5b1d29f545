package io.sojourn.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of {@code CLUSTER NODES}: how one node sees another, or itself.
 *
 * @param master the id of its master; {@code -} if it is one itself
 * @param epoch grows with each change of who owns its slots
 */
record ClusterNode(String id, int port, List<String> flags, String master, long epoch, List<String> slots) {

    private static final Duration TIMEOUT = Duration.ofMillis(500);

    static ClusterNode parse(String line) {
        String[] words = line.split(" ", -1);
        String address = words[1];
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1, address.indexOf('@')));
        List<String> slots = new ArrayList<>();
        for (int i = 8; i < words.length; i++) {
            if (!words[i].startsWith("[")) {
                slots.add(words[i]);
            }
        }
        return new ClusterNode(
                words[0], port, List.of(words[2].split(",", -1)), words[3], Long.parseLong(words[6]), slots);
    }

    /** The cluster as a server sees it; empty if the server does not answer. */
    static Optional<List<ClusterNode>> seenBy(RedisServer server) {
        if (!server.isRunning()) {
            return Optional.empty();
        }
        try (RedisProbe probe = RedisProbe.connect(server.uri(), TIMEOUT)) {
            return Optional.of(String.valueOf(probe.call("CLUSTER", "NODES"))
                    .lines()
                    .map(ClusterNode::parse)
                    .toList());
        } catch (RuntimeException e) {
            return Optional.empty(); // killed, paused, or just starting
        }
    }

    boolean is(String flag) {
        return flags.contains(flag);
    }

    /** Whether it is thought to be down, or gone. */
    boolean isDoubted() {
        return is("fail") || is("fail?") || is("noaddr") || is("handshake");
    }

    boolean hasSlot(int slot) {
        return slots.stream().anyMatch(range -> {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            return first <= slot && slot <= last;
        });
    }
}
