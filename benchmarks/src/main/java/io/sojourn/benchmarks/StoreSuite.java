package io.sojourn.benchmarks;

import io.sojourn.benchmarks.peer.Peer;
import io.sojourn.benchmarks.peer.Peers;
import io.sojourn.benchmarks.peer.Work;
import io.sojourn.benchmarks.result.Row;
import io.sojourn.benchmarks.run.ClientCounters;
import io.sojourn.benchmarks.run.Contest;
import io.sojourn.benchmarks.run.Counting;
import io.sojourn.benchmarks.run.Counts;
import io.sojourn.benchmarks.run.Mode;
import io.sojourn.benchmarks.run.Reading;
import io.sojourn.benchmarks.run.Scene;
import io.sojourn.benchmarks.run.SlowLink;
import io.sojourn.benchmarks.run.Turn;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All systems at all works, without HTTP. */
final class StoreSuite {

    private static final int MOST_THREADS = 64;

    private final Mode mode;
    private final RedisServer server;
    private final RedisProbe probe;
    private final List<Work> works;
    private final Map<Work, Map<String, Counts>> counts = new EnumMap<>(Work.class);

    StoreSuite(Mode mode, RedisServer server, RedisProbe probe, List<Work> works) {
        this.mode = mode;
        this.server = server;
        this.probe = probe;
        this.works = works;
    }

    /** How many units of progress it takes, each about as long as a turn. */
    double units() {
        return works.stream()
                .mapToDouble(work -> mode.threads(work).size() * mode.rounds() * 8 * (work == Work.D ? 2 : 1))
                .sum();
    }

    List<Row> run(Progress progress) {
        count(progress);
        List<Peer> peers = Peers.connect(server.uri(), MOST_THREADS);
        try {
            List<Row> rows = new ArrayList<>();
            for (Work work : works) {
                List<Peer> able = peers.stream()
                        .filter(peer -> peer.works().contains(work))
                        .toList();
                if (able.size() > 1) {
                    contest(work, able, progress, rows);
                }
            }
            return rows;
        } finally {
            peers.forEach(Peer::close);
        }
    }

    private void count(Progress progress) {
        try (SlowLink link = new SlowLink(server.port(), Counting.DELAY)) {
            List<Peer> peers = Peers.connect(server.uri(), 1);
            List<Peer> slow = Peers.connect(link.uri(), 1);
            Counting counting = new Counting(probe);
            for (int i = 0; i < peers.size(); i++) {
                Peer peer = peers.get(i);
                progress.next(0, "counting commands of " + peer.name());
                for (Work work : works) {
                    if (peer.works().contains(work)) {
                        counts.computeIfAbsent(work, unused -> new HashMap<>())
                                .put(peer.name(), counting.count(peer, slow.get(i), work));
                    }
                }
            }
            slow.forEach(Peer::close);
            peers.forEach(Peer::close);
        }
    }

    private void contest(Work work, List<Peer> peers, Progress progress, List<Row> rows) {
        for (Peer peer : peers) {
            progress.next(0, "warming up: " + work.title() + ", " + peer.name());
            turn(peer, work, mode.threads(work).get(0), mode.warmUp());
        }
        for (int threads : mode.threads(work)) {
            Contest<Peer> contest = new Contest<>(work.key(), threads, Peers.FLOOR);
            double units = 8.0 / peers.size() * (work == Work.D ? 2 : 1);
            System.gc(); // What others have left is not to be paid for in a turn.
            contest.run(peers, mode.rounds(), Peer::name, peer -> {
                progress.next(units, work.key() + " with " + threads + " threads: " + peer.name());
                return turn(peer, work, threads, mode.turn());
            });
            probe.call("FLUSHALL");
            peers.forEach(
                    peer -> rows.add(contest.row(peer.name(), counts.get(work).get(peer.name()))));
        }
    }

    private Reading turn(Peer peer, Work work, int threads, Duration duration) {
        probe.call("FLUSHALL");
        probe.call("CONFIG", "SET", "notify-keyspace-events", peer.notifications());
        Scene scene = Scene.set(peer, work, threads, threads == 1 ? mode.supply() / 4 : mode.supply());
        return Turn.run(scene::run, threads, duration, ClientCounters::read, probe);
    }
}
