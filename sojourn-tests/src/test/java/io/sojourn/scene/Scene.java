package io.sojourn.scene;

import io.sojourn.histories.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scene that {@code ./histories} runs.
 *
 * @param durable whether a write is acknowledged only when every replica that may take over has it
 * @param near whether the nodes have near caches
 */
record Scene(Kind kind, boolean durable, boolean near) {

    /** Which servers. */
    enum Kind {
        SERVER,
        CLUSTER,
        SENTINELS;

        Servers start() {
            return switch (this) {
                case SERVER -> OneServer.thatDies();
                case CLUSTER -> new ClusterServers();
                case SENTINELS -> new SentinelServers();
            };
        }
    }

    static List<Scene> all() {
        List<Scene> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (boolean durable : new boolean[] {false, true}) {
                for (boolean near : new boolean[] {false, true}) {
                    all.add(new Scene(kind, durable, near));
                }
            }
        }
        return all;
    }

    /** Runs it for so long. */
    Verdict run(Duration time) throws Exception {
        try (Servers servers = kind.start()) {
            return new SceneRun(toString(), durable, near).on(servers, time);
        }
    }

    /** As it is named in the table. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + (durable ? "+durability" : "") + (near ? "+near-cache" : "");
    }
}
