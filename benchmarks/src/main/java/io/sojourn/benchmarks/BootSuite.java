package io.sojourn.benchmarks;

import io.sojourn.benchmarks.boot.BootPeer;
import io.sojourn.benchmarks.boot.BootSystem;
import io.sojourn.benchmarks.boot.BootWork;
import io.sojourn.benchmarks.result.Median;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A Spring Boot application with Spring Session, and the same with the starter. */
final class BootSuite {

    private static final String START = "boot-start";
    private static final Duration WARM_UP = Duration.ofMillis(1_500);

    /** About as long as the start of an application takes. */
    private static final Duration STARTING = Duration.ofSeconds(4);

    private final Mode mode;
    private final RedisServer server;
    private final RedisProbe probe;

    BootSuite(Mode mode, RedisServer server, RedisProbe probe) {
        this.mode = mode;
        this.server = server;
        this.probe = probe;
    }

    /** How many units of progress it takes, each about as long as a turn. */
    double units() {
        double contests = turns(fromCold()) + BootWork.values().length * (mode.rounds() + turns(WARM_UP));
        return BootSystem.values().length * (starts() * turns(STARTING) + mode.connections().size() * contests);
    }

    /** A large application stays cold for long: each work is done so long before the first turn. */
    private Duration fromCold() {
        return mode == Mode.FULL ? Duration.ofSeconds(20) : mode == Mode.QUICK ? Duration.ofSeconds(8) : WARM_UP;
    }

    private int starts() {
        return mode == Mode.FULL ? 9 : mode == Mode.QUICK ? 5 : 1;
    }

    private double turns(Duration duration) {
        return (double) duration.toMillis() / mode.turn().toMillis();
    }

    List<Row> run(Progress progress) {
        List<Row> rows = new ArrayList<>(starts(progress));
        for (int connections : mode.connections()) {
            probe.call("FLUSHALL");
            List<BootPeer> peers = new ArrayList<>();
            try {
                for (BootSystem system : BootSystem.values()) {
                    progress.next(0, "starting Spring Boot: " + system.key());
                    peers.add(BootPeer.start(system, server.uri(), connections));
                }
                for (BootWork work : BootWork.values()) {
                    for (BootPeer peer : peers) {
                        progress.next(turns(fromCold()) / BootWork.values().length, "warming up: " + peer.name());
                        turn(peer, work, connections, fromCold().dividedBy(BootWork.values().length));
                    }
                }
                for (BootWork work : BootWork.values()) {
                    rows.addAll(contest(work, peers, connections, progress));
                }
            } finally {
                peers.forEach(BootPeer::close);
            }
        }
        return rows;
    }

    /** Each is started in turn, in an order that changes. */
    private List<Row> starts(Progress progress) {
        Map<BootSystem, List<Double>> millis = new EnumMap<>(BootSystem.class);
        for (int round = 0; round < starts(); round++) {
            for (int i = 0; i < BootSystem.values().length; i++) {
                BootSystem system = BootSystem.values()[(i + round) % BootSystem.values().length];
                progress.next(turns(STARTING), START + ": " + system.key());
                millis.computeIfAbsent(system, unused -> new ArrayList<>())
                        .add(BootPeer.startUp(system, server.uri()).toNanos() / 1e6);
            }
        }
        return millis.entrySet().stream()
                .map(each -> startRow(each.getKey().key(), each.getValue()))
                .toList();
    }

    private static Row startRow(String system, List<Double> millis) {
        double median = Median.of(millis);
        List<Double> rates = millis.stream().map(each -> 1e3 / each).toList();
        return new Row(
                START, 1, system, 1e3 / median, 1e3 * median, null, null, null, null, null, null, null, null, null,
                null, rates);
    }

    private List<Row> contest(BootWork work, List<BootPeer> peers, int connections, Progress progress) {
        for (BootPeer peer : peers) {
            progress.next(turns(WARM_UP), "warming up: " + work.key() + ", " + peer.name());
            turn(peer, work, connections, WARM_UP);
        }
        Contest<BootPeer> contest = new Contest<>(work.key(), connections, BootSystem.SPRING_BOOT.key());
        contest.run(peers, mode.rounds(), BootPeer::name, peer -> {
            progress.next(1, work.key() + " with " + connections + " connections: " + peer.name());
            return turn(peer, work, connections, mode.turn());
        });
        Counting counting = new Counting(probe);
        return peers.stream()
                .map(peer -> contest.row(peer.name(), counting.count(() -> peer.run(work, 0))))
                .toList();
    }

    private Reading turn(BootPeer peer, BootWork work, int connections, Duration duration) {
        return Turn.run(
                browser -> {
                    peer.run(work, browser);
                    return true;
                },
                connections,
                duration,
                peer::counters,
                probe);
    }
}
