package io.sojourn.scene;

import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.List;
import java.util.function.Function;

/** One server that writes down each command before it answers. */
class OneServer implements Servers {

    static final String APPEND_ONLY = "appendonly yes";

    private static final String ALWAYS = "appendfsync always";

    private final RedisServer server;
    private final List<Trouble> troubles;

    OneServer(Function<RedisServer, List<Trouble>> troubles) {
        this(RedisServers.preferred(), ALWAYS, troubles);
    }

    OneServer(RedisBinary binary, String option, Function<RedisServer, List<Trouble>> troubles) {
        this.server = RedisServers.start(binary, APPEND_ONLY, option);
        this.troubles = troubles.apply(server);
    }

    /** It is killed, or stops for longer than calls wait. */
    static Servers thatDies() {
        return new OneServer(server -> List.of(
                () -> {
                    server.kill();
                    Servers.pause(200);
                    server.restart();
                },
                () -> {
                    server.pause();
                    Servers.pause(900);
                    server.resume();
                }));
    }

    RedisServer server() {
        return server;
    }

    @Override
    public List<RedisServer> all() {
        return List.of(server);
    }

    @Override
    public String uri() {
        return server.uri();
    }

    @Override
    public List<Trouble> troubles() {
        return troubles;
    }

    @Override
    public void close() {
        server.close();
    }
}
