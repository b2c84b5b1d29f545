package io.sojourn.benchmarks.peer;

import io.sojourn.redis.NearCache;
import io.sojourn.zstd.CompressedStore;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;

/** All systems, connected to one server. */
public final class Peers {

    /** The system that others are compared with. */
    public static final String FLOOR = "lettuce";

    private Peers() {}

    /** Connects all; in the order in which results name them, the floor first. */
    public static List<Peer> connect(String uri, int threads) {
        URI server = URI.create(uri);
        return List.of(
                new LettucePeer(uri),
                new JedisPeer(server.getHost(), server.getPort(), threads),
                SpringPeer.jdk(server.getHost(), server.getPort()),
                SpringPeer.json(server.getHost(), server.getPort()),
                SpringIndexedPeer.connect(server.getHost(), server.getPort()),
                new RedissonMapPeer(uri),
                new RedissonBucketPeer(uri),
                new SojournPeer("sojourn", SojournPeer.store(uri).connect()),
                new SojournPeer(
                        "sojourn-near",
                        SojournPeer.store(uri).nearCache(NearCache.create()).connect(),
                        EnumSet.of(Work.A, Work.B, Work.G)),
                new SojournPeer(
                        "sojourn-zstd",
                        CompressedStore.over(SojournPeer.store(uri).connect()),
                        EnumSet.of(Work.A, Work.B)));
    }
}
