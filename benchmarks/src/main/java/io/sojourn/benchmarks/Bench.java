package io.sojourn.benchmarks;

import io.sojourn.benchmarks.http.HttpPeer;
import io.sojourn.benchmarks.http.HttpSystem;
import io.sojourn.benchmarks.http.HttpWork;
import io.sojourn.benchmarks.peer.Peer;
import io.sojourn.benchmarks.peer.Peers;
import io.sojourn.benchmarks.peer.Work;
import io.sojourn.benchmarks.profile.Profile;
import io.sojourn.benchmarks.result.Charts;
import io.sojourn.benchmarks.result.Environment;
import io.sojourn.benchmarks.result.Pages;
import io.sojourn.benchmarks.result.Results;
import io.sojourn.benchmarks.result.Row;
import io.sojourn.benchmarks.run.Mode;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code ./bench} starts: a real Redis, then everything. */
final class Bench {

    private Bench() {}

    /** Takes the mode and the folder of the project; then, perhaps, the works that alone are to be measured. */
    public static void main(String[] arguments) {
        try {
            run(arguments);
            System.exit(0); // Some peers leave threads behind.
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static void run(String[] arguments) throws IOException {
        Path project = Path.of(arguments[1]);
        Path charts = project.resolve("docs/charts");
        Path folder = project.resolve("benchmarks/results");
        if (arguments[0].equals("charts")) {
            Results latest = Results.read(folder.resolve("latest.json"));
            Charts.draw(latest, charts);
            Pages.write(latest, project);
            return;
        }
        if (arguments[0].equals("profile")) {
            profile(arguments[2], arguments[3], project.resolve("benchmarks/profiles"));
            return;
        }
        Mode mode = Mode.named(arguments[0]);
        List<String> wanted = Arrays.asList(arguments).subList(2, arguments.length);
        Results results;
        try (RedisServer server = RedisServers.start("save \"\"", "appendonly no");
                RedisProbe probe = server.probe()) {
            results = run(mode, server, probe, wanted);
        }
        if (wanted.isEmpty() && mode != Mode.SMOKE) {
            results.write(folder);
            Charts.draw(results, charts);
            Pages.write(results, project);
        }
        Table.print(results, System.out);
    }

    private static void profile(String work, String system, Path folder) throws IOException {
        try (RedisServer server = RedisServers.start("save \"\"", "appendonly no");
                RedisProbe probe = server.probe()) {
            Optional<HttpWork> overHttp = Arrays.stream(HttpWork.values())
                    .filter(one -> one.key().equals(work))
                    .findFirst();
            if (overHttp.isPresent()) {
                try (HttpPeer peer = HttpPeer.start(HttpSystem.named(system), server.uri(), Profile.THREADS)) {
                    Profile.draw(peer, overHttp.get(), probe, folder);
                }
                return;
            }
            Peer peer = Peers.connect(server.uri(), Profile.THREADS).stream()
                    .filter(one -> one.name().equals(system))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such system: " + system));
            Profile.draw(peer, Work.valueOf(work.toUpperCase(Locale.ROOT)), probe, folder);
        }
    }

    private static Results run(Mode mode, RedisServer server, RedisProbe probe, List<String> wanted) {
        List<Work> works = Arrays.stream(Work.values())
                .filter(work -> isWanted(work.key(), wanted))
                .toList();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        StoreSuite stores = new StoreSuite(mode, server, probe, works);
        HttpSuite http = new HttpSuite(mode, server, probe);
        boolean overHttp = isWanted("http", wanted);
        BootSuite boot = new BootSuite(mode, server, probe);
        boolean withBoot = isWanted("boot", wanted);
        Progress progress = new Progress(
                System.out, stores.units() + (overHttp ? http.units() : 0) + (withBoot ? boot.units() : 0));
        List<Row> rows = new ArrayList<>();
        if (isWanted("methods", wanted)) {
            rows.addAll(new MethodSuite(mode).run(progress));
        }
        if (!works.isEmpty()) {
            rows.addAll(stores.run(progress));
        }
        if (overHttp) {
            rows.addAll(http.run(progress));
        }
        if (withBoot) {
            rows.addAll(boot.run(progress));
        }
        progress.end();
        Environment here = Environment.here(
                mode.name(),
                mode.rounds(),
                mode.turn().toMillis() / 1e3,
                server.flavor().name().toLowerCase(Locale.ROOT) + " " + server.version(),
                load,
                Versions.all());
        return new Results(here, rows);
    }

    private static boolean isWanted(String work, List<String> wanted) {
        return wanted.isEmpty() || wanted.contains(work);
    }
}
