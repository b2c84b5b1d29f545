package io.sojourn.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.StoreUnavailableException;
import io.sojourn.histories.HistoryChecker;
import io.sojourn.histories.RecordedHistory;
import io.sojourn.histories.Verdict;
import io.sojourn.redis.NearCache;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Four nodes of an application on servers in trouble, and what the checker says afterwards.
 *
 * @param name what the record is called, if it is kept
 * @param durable whether a write is acknowledged only when every replica that may take over has it
 * @param near whether the nodes have near caches
 */
record SceneRun(String name, boolean durable, boolean near) {

    private static final int NODES = 4;
    private static final int PROCESSES = 32;
    private static final int SESSIONS = 200;

    /** Where the record of a run goes that has a finding which nothing explains. */
    private static final Path RECORDS = Path.of("target", "histories");

    private Duration staleness() {
        return near ? NearCache.DEFAULT_MAX_STALENESS : Duration.ZERO;
    }

    private RedisStore connect(Servers servers, int node) {
        RedisStoreBuilder store = RedisStore.builder().uri(servers.uri(node));
        store = durable ? servers.durable(store) : store;
        return (near ? store.nearCache(NearCache.create()) : store).connect();
    }

    /** Runs it for so long. The calls fail with nothing but the store being out of reach, and every key has a TTL. */
    Verdict on(Servers servers, Duration time) throws Exception {
        List<RedisStore> stores = new ArrayList<>();
        try (OffsetLog offsets = new OffsetLog(servers.all())) {
            List<SessionManager> nodes = new ArrayList<>();
            for (int node = 0; node < NODES; node++) {
                RedisStore store = connect(servers, node);
                stores.add(store);
                nodes.add(SessionManager.create(
                        store,
                        SessionSettings.builder()
                                .maxConflicts(1_000)
                                .clock(servers.clock(node))
                                .build()));
            }
            Recorder recorder = new Recorder(stores, servers::mayHold);
            try (Processes processes = new Processes(nodes, recorder, PROCESSES, SESSIONS, staleness())) {
                trouble(servers, time);
                processes.stop();
                nodes.forEach(SceneRun::awaitWorking);
                Servers.pause(staleness().toMillis() + 100);
                processes.readAll();
                assertThat(processes.strange()).isEmpty();
            }
            Servers.pause(50); // So that there is an offset after the last call.
            everyKeyHasATimeToLive(servers);
            offsets.stop(); // What is looked through must not grow meanwhile.
            RecordedHistory history = recorder.history(offsets, servers.flushes());
            Verdict verdict = new HistoryChecker(staleness()).check(history);
            if (!verdict.unexplained().isEmpty()) {
                keep(history);
            }
            return verdict;
        } finally {
            stores.forEach(RedisStore::close);
        }
    }

    private static void trouble(Servers servers, Duration time) throws Exception {
        List<Servers.Trouble> troubles = servers.troubles();
        long start = System.nanoTime();
        for (int i = 0; i < troubles.size() || System.nanoTime() - start < time.toNanos(); i++) {
            Servers.pause(2_000);
            troubles.get(i % troubles.size()).happen();
        }
        Servers.pause(500);
    }

    private static void awaitWorking(SessionManager node) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(() -> {
                    Session session = node.create();
                    session.storeEvenIfEmpty();
                    return node.save(session) == SaveOutcome.SAVED && node.revoke(session);
                });
    }

    private static void everyKeyHasATimeToLive(Servers servers) {
        for (RedisServer server : servers.withKeys()) {
            try (RedisProbe probe = server.probe()) {
                assertThat(probe.keys())
                        .allSatisfy(
                                key -> assertThat(probe.ttlMillis(key)).as(key).isNotEqualTo(-1));
            }
        }
    }

    private void keep(RecordedHistory history) throws IOException {
        Files.createDirectories(RECORDS);
        history.writeTo(RECORDS.resolve(name + "-" + System.currentTimeMillis() + ".jsonl"));
    }
}
