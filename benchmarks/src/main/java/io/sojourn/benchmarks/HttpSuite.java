package io.sojourn.benchmarks;

import io.sojourn.benchmarks.http.HttpPeer;
import io.sojourn.benchmarks.http.HttpSystem;
import io.sojourn.benchmarks.http.HttpWork;
import io.sojourn.benchmarks.result.Row;
import io.sojourn.benchmarks.run.Contest;
import io.sojourn.benchmarks.run.Counting;
import io.sojourn.benchmarks.run.Mode;
import io.sojourn.benchmarks.run.Reading;
import io.sojourn.benchmarks.run.Turn;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All systems at all works, over HTTP. */
final class HttpSuite {

    private static final Duration WARM_UP = Duration.ofMillis(1_200);

    private final Mode mode;
    private final RedisServer server;
    private final RedisProbe probe;

    HttpSuite(Mode mode, RedisServer server, RedisProbe probe) {
        this.mode = mode;
        this.server = server;
        this.probe = probe;
    }

    /** How many units of progress it takes, each about as long as a turn. */
    double units() {
        return (double) mode.connections().size()
                * HttpSystem.values().length
                * (turns(fromCold()) + HttpWork.values().length * (mode.rounds() + turns(WARM_UP)));
    }

    /** A server process begins cold, and the more code a system has, the longer it stays so. */
    private Duration fromCold() {
        return Duration.ofSeconds(mode == Mode.FULL ? 15 : 5);
    }

    private double turns(Duration duration) {
        return (double) duration.toMillis() / mode.turn().toMillis();
    }

    List<Row> run(Progress progress) {
        List<Row> rows = new ArrayList<>();
        for (int connections : mode.connections()) {
            probe.call("FLUSHALL");
            List<HttpPeer> peers = new ArrayList<>();
            try {
                for (HttpSystem system : HttpSystem.values()) {
                    progress.next(0, "starting Tomcat: " + system.key());
                    peers.add(HttpPeer.start(system, server.uri(), connections));
                }
                for (HttpPeer peer : peers) {
                    progress.next(turns(fromCold()), "warming up: " + peer.name());
                    turn(peer, HttpWork.WRITE, connections, fromCold());
                }
                for (HttpWork work : HttpWork.values()) {
                    rows.addAll(contest(work, peers, connections, progress));
                }
            } finally {
                peers.forEach(HttpPeer::close);
            }
        }
        return rows;
    }

    private List<Row> contest(HttpWork work, List<HttpPeer> peers, int connections, Progress progress) {
        for (HttpPeer peer : peers) {
            progress.next(turns(WARM_UP), "warming up: " + work.key() + ", " + peer.name());
            turn(peer, work, connections, WARM_UP);
        }
        HttpSystem floor = work == HttpWork.NONE ? HttpSystem.TOMCAT : HttpSystem.FLOOR_FILTER;
        Contest<HttpPeer> contest = new Contest<>(work.key(), connections, floor.key());
        contest.run(peers, mode.rounds(), HttpPeer::name, peer -> {
            progress.next(1, work.key() + " with " + connections + " connections: " + peer.name());
            return turn(peer, work, connections, mode.turn());
        });
        Counting counting = new Counting(probe);
        return peers.stream()
                .map(peer -> {
                    List<byte[]> requests = peer.requests(work);
                    return contest.row(peer.name(), counting.count(() -> peer.send(0, requests.get(0))));
                })
                .toList();
    }

    private Reading turn(HttpPeer peer, HttpWork work, int connections, Duration duration) {
        List<byte[]> requests = peer.requests(work);
        return Turn.run(
                connection -> {
                    peer.send(connection, requests.get(connection));
                    return true;
                },
                connections,
                duration,
                peer::counters,
                probe);
    }
}
