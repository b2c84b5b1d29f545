package io.sojourn.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Servers behind sentinels that are replaced by a newer version one after the other: the replicas first, the master last. */
final class Upgrade extends SentinelServers {

    private final ServerScript script;
    private final RedisBinary newer;

    private Upgrade(ServerScript script, RedisBinary older, RedisBinary newer) throws IOException {
        super(script.starts(older));
        this.script = script;
        this.newer = newer;
    }

    static Upgrade of(Path folder, RedisBinary older, RedisBinary newer) throws IOException {
        return new Upgrade(ServerScript.in(folder), older, newer);
    }

    private void upgrade() throws IOException {
        RedisBinary unused = script.starts(newer);
        RedisServer old = sentinels.master();
        for (RedisServer replica : sentinels.replicas()) {
            restart(replica);
        }
        RedisServer next = sentinels.failOver();
        assertThat(next).isNotEqualTo(old);
        // The old master may not read what the new one sends it: it is upgraded before it is a replica in touch.
        restart(old);
        assertThat(all()).allSatisfy(server -> assertThat(versionOf(server)).isEqualTo(newer.version()));
    }

    private void restart(RedisServer server) {
        server.restart();
        sentinels.awaitWhole();
        Servers.pause(500);
    }

    /** What the process says, not what its file said at the start. */
    private static String versionOf(RedisServer server) {
        try (RedisProbe probe = server.probe()) {
            String info = String.valueOf(probe.call("INFO", "server"));
            String name = info.contains("valkey_version:") ? "valkey_version:" : "redis_version:";
            return info.lines()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).strip())
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(this::upgrade);
    }
}
