package io.sojourn.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import io.sojourn.tink.SessionKeys;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Half an hour, or as many seconds as {@code -Dsoak.seconds} says; less than an hour. */
@Tag("full")
class SoakTest {

    private static final Logger LOG = System.getLogger(SoakTest.class.getName());

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("soak.seconds", 1_800));
    private static final int MEASURED = 60;
    private static final int NODES = 4;
    private static final int SESSIONS = 600;
    private static final int USERS = 100;
    private static final int THREADS = 8;
    private static final long BETWEEN_REQUESTS = TimeUnit.MILLISECONDS.toNanos(2);

    private final AtomicReferenceArray<@Nullable SessionToken> sessions = new AtomicReferenceArray<>(SESSIONS);
    private final AtomicReferenceArray<@Nullable SoakNode> nodes = new AtomicReferenceArray<>(NODES);
    private final Queue<String> strange = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong ends = new AtomicLong();
    private volatile boolean stopped;

    private static SessionKeys newKeys() throws Exception {
        AeadConfig.register();
        return SessionKeys.of(KeysetHandle.generateNew(
                PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE, RegistryConfiguration.get()));
    }

    private void requests() {
        ThreadLocalRandom dice = ThreadLocalRandom.current();
        while (!stopped) {
            SoakNode node = nodes.get(dice.nextInt(NODES));
            try {
                if (node != null) {
                    node.call(manager -> request(manager, dice));
                    requests.incrementAndGet();
                }
            } catch (StoreUnavailableException e) {
                failed.incrementAndGet();
            } catch (RuntimeException e) {
                strange.add(e.toString());
            }
            LockSupport.parkNanos(BETWEEN_REQUESTS);
        }
    }

    private static void fill(Session session, ThreadLocalRandom dice) {
        String text = "text of a page " + dice.nextInt(1_000);
        session.set("part" + dice.nextInt(5), text.repeat(1 + dice.nextInt(100)));
    }

    private void request(SessionManager manager, ThreadLocalRandom dice) {
        int place = dice.nextInt(SESSIONS);
        SessionToken token = sessions.get(place);
        Optional<Session> found = token == null ? Optional.empty() : manager.find(token);
        if (found.isEmpty()) {
            Session session = manager.create();
            fill(session, dice);
            keep(place, session, manager.save(session));
            return;
        }
        Session session = found.get();
        int what = dice.nextInt(100);
        if (what < 40) {
            assertThat(session.names()).isNotEmpty();
        } else if (what < 65) {
            fill(session, dice);
            keep(place, session, manager.save(session));
        } else if (what < 80) {
            Optional<Integer> unused = manager.update(session, current -> {
                Integer count = current.get("count");
                current.set("count", count == null ? 1 : count + 1);
                return count;
            });
        } else if (what < 90) {
            SessionToken unused = what < 86 ? session.signIn("user" + dice.nextInt(USERS)) : session.rotate();
            keep(place, session, manager.save(session));
        } else if (what < 94) {
            boolean unused = manager.revoke(session);
        } else if (what < 95) {
            int unused = manager.revokeAll("user" + dice.nextInt(USERS));
        } else {
            assertThat(manager.findByPrincipal("user" + dice.nextInt(USERS))).hasSizeLessThan(SESSIONS);
        }
    }

    private void keep(int place, Session session, SaveOutcome outcome) {
        if (outcome == SaveOutcome.SAVED) {
            sessions.set(place, session.token());
        }
    }

    @Test
    @Timeout(20_000)
    void inHalfAnHourOfTrafficWhileNodesComeAndGoNothingGoesOnGrowing() throws Exception {
        SessionKeys keys = newKeys();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (RedisServer server = RedisServers.start();
                RedisProbe probe = server.probe()) {
            for (int node = 0; node < NODES; node++) {
                nodes.set(node, new SoakNode(server.uri(), keys, ends));
            }
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                running.add(threads.submit(this::requests));
            }
            Measures measures = new Measures();
            Duration step = TIME.dividedBy(MEASURED);
            for (int i = 0; i < MEASURED; i++) {
                Awaitility.await().pollDelay(step).atMost(step.plusSeconds(30)).until(() -> true);
                measures.take(probe);
                comeAndGo(i % NODES, server.uri(), keys);
            }
            stopped = true;
            for (Future<?> thread : running) {
                thread.get(30, TimeUnit.SECONDS);
            }
            closeNodes();
            List<Measures.Trend> trends = measures.trends();
            LOG.log(
                    Level.INFO,
                    "{0} s, {1} requests, {2} failed, {3} ends heard, {4}",
                    TIME.toSeconds(),
                    requests,
                    failed,
                    ends,
                    trends);
            assertThat(strange).isEmpty();
            assertThat(trends).hasSizeGreaterThanOrEqualTo(4).allMatch(Measures.Trend::isLevel);
            assertThat(requests.get()).isGreaterThan(20 * TIME.toSeconds());
            assertThat(failed.get() * 50).isLessThan(requests.get());
            assertThat(ends.get()).isPositive();
            assertThat(probe.keys())
                    .allSatisfy(key -> assertThat(probe.ttlMillis(key)).as(key).isNotEqualTo(-1));
        } finally {
            stopped = true;
            threads.shutdownNow();
            closeNodes();
        }
    }

    /** The next one is there before the old one goes. */
    private void comeAndGo(int place, String uri, SessionKeys keys) {
        SoakNode next = new SoakNode(uri, keys, ends);
        SoakNode old = nodes.getAndSet(place, next);
        if (old != null) {
            old.close();
        }
    }

    private void closeNodes() {
        for (int place = 0; place < NODES; place++) {
            SoakNode node = nodes.getAndSet(place, null);
            if (node != null) {
                node.close();
            }
        }
    }
}
