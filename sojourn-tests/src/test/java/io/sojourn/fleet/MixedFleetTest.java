package io.sojourn.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sojourn.histories.HistoryChecker;
import io.sojourn.histories.RecordedHistory;
import io.sojourn.histories.Verdict;
import io.sojourn.redis.NearCache;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A rolling deployment and its rollback, node by node, under load: the version before is the one whose class folders and jars
 * {@code -Dfleet.previous} names. {@code .ci/previous-version} builds that of the last commit.
 */
@Tag("full")
class MixedFleetTest {

    private static final Logger LOG = System.getLogger(MixedFleetTest.class.getName());

    private static final int NODES = 4;
    private static final int PHASE_SECONDS = Integer.getInteger("fleet.seconds", 3);

    private static void pause(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
    }

    private static Verdict roll(FleetTraffic traffic, Versions versions, Duration staleness) throws Exception {
        traffic.start();
        for (boolean toPrevious : new boolean[] {false, true}) {
            for (int node = 0; node < NODES; node++) {
                pause(Duration.ofSeconds(PHASE_SECONDS));
                traffic.replace(node, toPrevious ? versions.previous() : versions.present());
            }
        }
        pause(Duration.ofSeconds(PHASE_SECONDS));
        traffic.stop();
        pause(staleness.plusMillis(100));
        traffic.readAll(0);
        traffic.replace(0, versions.present());
        traffic.readAll(0);
        assertThat(traffic.strange()).isEmpty();
        RecordedHistory history = new RecordedHistory(traffic.calls(), List.of());
        return new HistoryChecker(staleness).check(history);
    }

    /** How nodes of both versions are made. */
    private record Versions(OtherVersion other, String uri, boolean near) {

        FleetNode previous() throws ReflectiveOperationException {
            return other.node(uri, near);
        }

        FleetNode present() {
            return new NodeOfAVersion(uri, near);
        }
    }

    @ParameterizedTest(name = "near cache: {0}")
    @ValueSource(booleans = {false, true})
    @Timeout(300)
    void nothingIsLostWhileNodesOfTwoVersionsTakeTheirTurns(boolean near) throws Exception {
        String previous = System.getProperty("fleet.previous");
        assumeThat(previous).as("-Dfleet.previous").isNotNull();
        Duration staleness = near ? NearCache.DEFAULT_MAX_STALENESS : Duration.ZERO;
        try (RedisServer server = RedisServers.start();
                OtherVersion other = OtherVersion.at(String.valueOf(previous));
                FleetTraffic traffic = new FleetTraffic(NODES)) {
            Versions versions = new Versions(other, server.uri(), near);
            for (int node = 0; node < NODES; node++) {
                traffic.replace(node, versions.previous());
            }
            Verdict verdict = roll(traffic, versions, staleness);
            LOG.log(Level.INFO, "near cache {0}: {1}", near, verdict);
            assertThat(verdict.findings()).isEmpty();
            assertThat(verdict.acknowledged()).isGreaterThan(1_000);
        }
    }

    /** Else the test above would hold two nodes of one version against each other. */
    @Test
    void anotherVersionHasItsOwnClassesAndItsOwnScripts() throws Exception {
        String previous = System.getProperty("fleet.previous");
        assumeThat(previous).as("-Dfleet.previous").isNotNull();
        try (RedisServer server = RedisServers.start();
                OtherVersion other = OtherVersion.at(String.valueOf(previous));
                FleetNode old = other.node(server.uri(), false);
                FleetNode present = new NodeOfAVersion(server.uri(), false)) {
            assertThat(old.origin()).isNotEqualTo(present.origin());
            assertThat(String.valueOf(previous))
                    .contains(old.origin().replaceFirst("^file:", "").replaceFirst("/$", ""));
            String script = "io/sojourn/redis/script/commit.lua";
            assertThat(String.valueOf(other.getResource(script)))
                    .isNotEqualTo(
                            String.valueOf(MixedFleetTest.class.getClassLoader().getResource(script)));
        }
    }
}
