package io.sojourn.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sojourn.histories.Flush;
import io.sojourn.histories.HistoryFault;
import io.sojourn.histories.HistoryFinding;
import io.sojourn.histories.Verdict;
import io.sojourn.testkit.RedisBinary;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.testkit.TcpProxy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One kind of trouble at a time, again and again; {@link ScenesTest} has those of dying and suspended servers, of failovers and of
 * slots that move. Only what a failover or a flush has swallowed may be missing.
 */
@Tag("full")
@Timeout(300)
class NemesesTest {

    private static final Logger LOG = System.getLogger(NemesesTest.class.getName());

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("nemeses.seconds", 15));
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
    private static final long TEN_MINUTES = Duration.ofMinutes(10).toMillis();

    private static Verdict run(String name, boolean durable, boolean near, Servers servers, Duration time)
            throws Exception {
        Verdict verdict = new SceneRun(name, durable, near).on(servers, time);
        LOG.log(Level.INFO, "{0}: {1}", name, verdict);
        assertThat(verdict.unexplained().stream()
                        .limit(20)
                        .map(finding -> finding.fault() + ": " + finding.what())
                        .toList())
                .isEmpty();
        assertThat(verdict.acknowledged()).isGreaterThan(100);
        return verdict;
    }

    /** For servers that are never replaced: nothing at all is wrong. */
    private static Verdict unharmed(String name, boolean near, Servers servers) throws Exception {
        try (servers) {
            Verdict verdict = run(name, false, near, servers, TIME);
            assertThat(verdict.findings()).isEmpty();
            return verdict;
        }
    }

    /** Only those during which this machine stood still. */
    private static void fewFailed(Verdict verdict) {
        assertThat(verdict.unknown() * 20).isLessThan(verdict.calls());
    }

    private static void during(Runnable begin, long millis, Runnable end) {
        begin.run();
        Servers.pause(millis);
        end.run();
    }

    private static void call(RedisServer server, String... command) {
        try (RedisProbe probe = server.probe()) {
            probe.call(command);
        }
    }

    /** One server behind a network; all is well with the server. */
    private static final class BehindANetwork extends OneServer {
        private final TcpProxy network = TcpProxy.to(server());
        private final boolean slow;

        BehindANetwork(boolean slow) {
            super(server -> List.of());
            this.slow = slow;
        }

        private void refuseAll() {
            network.refuse();
            network.cut();
        }

        @Override
        public String uri() {
            return network.uri();
        }

        @Override
        public List<Trouble> troubles() {
            return slow
                    ? List.of(
                            () -> during(() -> network.delay(Duration.ofMillis(100)), 1_500, network::heal),
                            () -> during(() -> network.delay(Duration.ofMillis(400)), 1_500, network::heal))
                    : List.of(
                            network::cut,
                            () -> during(this::refuseAll, 500, network::heal),
                            () -> during(network::loseReplies, 900, network::heal),
                            () -> during(network::loseRequests, 900, network::heal),
                            network::forgetConnections,
                            network::halfClose);
        }

        @Override
        public void close() {
            network.close();
            super.close();
        }
    }

    @Test
    void nothingIsLostWhenPacketsComeLate() throws Exception {
        assertThat(unharmed("delayed-packets", true, new BehindANetwork(true)).unknown())
                .isPositive();
    }

    @Test
    void nothingIsLostWhenTheNetworkIsCutOrSwallowsPackets() throws Exception {
        assertThat(unharmed("cut-network", true, new BehindANetwork(false)).unknown())
                .isPositive();
    }

    @Test
    void nothingIsLostWhenTheNetworkToOneMasterOfAClusterIsCut() throws Exception {
        assertThat(unharmed("cut-network-to-one-master", true, new CutCluster()).unknown())
                .isPositive();
    }

    @Test
    void whileAMasterThatIsCutOffStillAnswersOnlyWhatItAcknowledgedAloneIsLost() throws Exception {
        try (PartedSentinels servers = new PartedSentinels()) {
            Verdict verdict = run("minority-master", false, false, servers, TIME);
            assertThat(servers.whileParted())
                    .as("scripts that the old master ran beside the new one")
                    .allSatisfy(scripts -> assertThat(scripts).isPositive());
            assertThat(verdict.explained()).isNotEmpty();
        }
    }

    /** It reads what is old, but acknowledges nothing: its replicas do not confirm its writes. */
    @Test
    void withDurabilityNothingIsLostWhileAMasterThatIsCutOffStillAnswers() throws Exception {
        try (PartedSentinels servers = new PartedSentinels()) {
            Verdict verdict = run("minority-master+durability", true, true, servers, TIME);
            assertThat(servers.whileParted())
                    .allSatisfy(scripts -> assertThat(scripts).isPositive());
            assertThat(verdict.findings()).extracting(HistoryFinding::fault).doesNotContain(HistoryFault.LOST_APPEND);
        }
    }

    @Test
    void whenReplicasTakeOverByForceOnlyWhatTheyHadNotGotIsLost() throws Exception {
        try (Servers servers =
                new SteadyCluster(cluster -> List.of(() -> cluster.seize("FORCE"), () -> cluster.seize("TAKEOVER")))) {
            assertThat(run("forced-failover", false, true, servers, TIME).failovers())
                    .isPositive();
        }
    }

    @Test
    void whenAllKeysOfOneMasterAreDeletedOnlyThoseAreLost() throws Exception {
        try (Servers servers = new SteadyCluster(cluster -> List.of(cluster::flush))) {
            Verdict verdict = run("flushall", false, true, servers, TIME);
            assertThat(verdict.explained())
                    .isNotEmpty()
                    .allSatisfy(
                            finding -> assertThat(finding.explanation()).get().isInstanceOf(Flush.class));
        }
    }

    @Test
    void nothingIsLostWhenScriptsAreForgotten() throws Exception {
        Verdict verdict = unharmed(
                "script-flush",
                true,
                new OneServer(server -> List.of(() -> {
                    for (int i = 0; i < 20; i++) {
                        call(server, "SCRIPT", "FLUSH");
                        Servers.pause(20);
                    }
                })));
        fewFailed(verdict);
    }

    @Test
    void nothingIsLostWhenClientsArePaused() throws Exception {
        Verdict verdict = unharmed(
                "client-pause",
                true,
                new OneServer(server -> List.of(
                        () -> during(() -> call(server, "CLIENT", "PAUSE", "900", "ALL"), 1_000, () -> {}),
                        () -> during(() -> call(server, "CLIENT", "PAUSE", "900", "WRITE"), 1_000, () -> {}))));
        assertThat(verdict.unknown()).isPositive();
    }

    @Test
    void nothingIsLostWhenMemoryIsFull() throws Exception {
        Verdict verdict = unharmed(
                "memory-full",
                true,
                new OneServer(server -> List.of(() -> during(
                        () -> call(server, "CONFIG", "SET", "maxmemory", "1"),
                        1_000,
                        () -> call(server, "CONFIG", "SET", "maxmemory", "0")))));
        assertThat(verdict.unknown()).isPositive();
    }

    private static void limitFiles(RedisServer server, String bytes) throws Exception {
        Process process = new ProcessBuilder(
                        PRLIMIT.toString(), "--pid", Long.toString(server.pid()), "--fsize=" + bytes + ":unlimited")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    /** Its files may not grow, which is to it what a full disk is. With {@code appendfsync always} it would end itself. */
    @Test
    void nothingIsLostWhenTheDiskOfAnAppendOnlyFileIsFull(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(PRLIMIT)).as("%s is there", PRLIMIT).isTrue();
        RedisBinary binary = ServerScript.in(folder).starts(RedisServers.preferred(), "trap '' XFSZ");
        Verdict verdict = unharmed(
                "disk-full",
                true,
                new OneServer(
                        binary,
                        "appendfsync everysec",
                        server -> List.of(() -> {
                            limitFiles(server, "1024");
                            Servers.pause(2_000);
                            limitFiles(server, "unlimited");
                            Servers.pause(1_500); // The server tries again once a second.
                        })));
        assertThat(verdict.unknown()).isPositive();
    }

    /** Sessions end after half an hour without a request by the server's clock, and after their longest life by the node's. */
    @Test
    void nothingIsLostWhenTheClocksOfNodesJump() throws Exception {
        List<AtomicLong> jumps = Stream.generate(AtomicLong::new).limit(4).toList();
        Servers servers =
                new OneServer(server -> List.of(
                        () -> jumps.get(0).set(TEN_MINUTES),
                        () -> jumps.get(1).set(-TEN_MINUTES),
                        () -> jumps.get(0).set(-TEN_MINUTES),
                        () -> jumps.get(1).set(TEN_MINUTES),
                        () -> jumps.forEach(jump -> jump.set(0)))) {
                    @Override
                    public InstantSource clock(int node) {
                        return () -> Instant.now().plusMillis(jumps.get(node).get());
                    }
                };
        fewFailed(unharmed("clocks-of-nodes", true, servers));
    }

    /**
     * A jump of the clock brings the end of each key nearer or moves it away; so does this script. Tombstones, which last two
     * minutes, are lost with it.
     */
    private static void jump(RedisServer server, long millis) {
        call(server, "EVAL", """
            for _, key in ipairs(redis.call('KEYS', '*')) do
              local left = redis.call('PTTL', key)
              if left > 0 then
                redis.call('PEXPIRE', key, left - tonumber(ARGV[1]))
              end
            end
            """, "0", Long.toString(millis));
    }

    @Test
    void nothingIsLostWhenTheClockOfTheServerJumps() throws Exception {
        Servers servers = new OneServer(server -> List.of(
                () -> jump(server, TEN_MINUTES),
                () -> jump(server, -2 * TEN_MINUTES),
                () -> jump(server, TEN_MINUTES)));
        fewFailed(unharmed("clock-of-the-server", true, servers));
    }

    /** Each version that is there and the next one of the same flavor. */
    static List<Arguments> upgrades() {
        List<Arguments> upgrades = new ArrayList<>();
        for (RedisBinary.Flavor flavor : RedisBinary.Flavor.values()) {
            List<RedisBinary> versions = RedisServers.available().stream()
                    .filter(binary -> binary.flavor() == flavor)
                    .sorted(Comparator.comparing(RedisBinary::version, Comparator.comparing(Runtime.Version::parse)))
                    .toList();
            for (int i = 1; i < versions.size(); i++) {
                upgrades.add(Arguments.of(versions.get(i - 1), versions.get(i)));
            }
        }
        return upgrades;
    }

    @ParameterizedTest(name = "{0} to {1}", allowZeroInvocations = true)
    @MethodSource("upgrades")
    void whenServersAreUpgradedOnlyWhatTheFailoverSwallowsIsLost(
            RedisBinary older, RedisBinary newer, @TempDir Path folder) throws Exception {
        try (Servers servers = Upgrade.of(folder, older, newer)) {
            Verdict verdict =
                    run("upgrade from " + older.name() + " to " + newer.name(), false, true, servers, Duration.ZERO);
            assertThat(verdict.failovers()).isPositive();
        }
    }

    @ParameterizedTest(name = "{0} to {1}", allowZeroInvocations = true)
    @MethodSource("upgrades")
    void withDurabilityNothingIsLostWhenServersAreUpgraded(RedisBinary older, RedisBinary newer, @TempDir Path folder)
            throws Exception {
        try (Servers servers = Upgrade.of(folder, older, newer)) {
            Verdict verdict = run(
                    "durable upgrade from " + older.name() + " to " + newer.name(),
                    true,
                    false,
                    servers,
                    Duration.ZERO);
            assertThat(verdict.findings()).extracting(HistoryFinding::fault).doesNotContain(HistoryFault.LOST_APPEND);
        }
    }
}
