package io.sojourn.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.histories.HistoryFinding;
import io.sojourn.histories.Verdict;
import io.sojourn.testkit.RedisServers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Nothing that was acknowledged is missing but what a failover has swallowed, and the record shows which one. */
@Tag("full")
class ScenesTest {

    private static final Logger LOG = System.getLogger(ScenesTest.class.getName());

    private static Verdict run(Scene scene, Duration time) throws Exception {
        Verdict verdict = scene.run(time);
        LOG.log(Level.INFO, "{0}: {1}", scene, verdict);
        assertThat(verdict.acknowledged()).isGreaterThan(20 * time.toSeconds());
        assertThat(verdict.calls()).isGreaterThan(verdict.acknowledged());
        return verdict;
    }

    private static List<String> told(List<HistoryFinding> findings) {
        return findings.stream()
                .limit(20)
                .map(finding -> finding.fault() + ": " + finding.what())
                .toList();
    }

    @Test
    @Timeout(300)
    void behindSentinelsOnlyWhatAFailoverSwallowedIsLost() throws Exception {
        Verdict verdict = run(new Scene(Scene.Kind.SENTINELS, false, false), Duration.ofSeconds(60));
        assertThat(told(verdict.unexplained())).isEmpty();
        assertThat(verdict.failovers()).isPositive();
    }

    @Test
    @Timeout(300)
    void behindSentinelsWithANearCacheOnlyWhatAFailoverSwallowedIsLost() throws Exception {
        Verdict verdict = run(new Scene(Scene.Kind.SENTINELS, false, true), Duration.ofSeconds(60));
        assertThat(told(verdict.unexplained())).isEmpty();
        assertThat(verdict.failovers()).isPositive();
    }

    /**
     * Every scene so many times, one run after the other; what the table has already is not run again. This is what
     * {@code ./histories} starts.
     */
    @Test
    @EnabledIfSystemProperty(named = "scenes.table", matches = ".+")
    @Timeout(200_000)
    void everyScene() throws Exception {
        SceneTable table = new SceneTable(Path.of(System.getProperty("scenes.table")));
        int runs = Integer.getInteger("scenes.runs", 20);
        long seconds = Integer.getInteger("scenes.seconds", 60);
        String only = System.getProperty("scenes.only", ".*");
        List<String> unexplained = new ArrayList<>();
        for (int round = 1; round <= runs; round++) {
            for (Scene scene : Scene.all()) {
                if (scene.toString().matches(only) && table.runs(scene) < round) {
                    Verdict verdict = run(scene, Duration.ofSeconds(seconds));
                    table.add(scene, RedisServers.preferred().name(), seconds, verdict);
                    told(verdict.unexplained()).forEach(what -> unexplained.add(scene + ": " + what));
                }
            }
        }
        assertThat(unexplained).isEmpty();
    }
}
