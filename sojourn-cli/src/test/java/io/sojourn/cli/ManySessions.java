package io.sojourn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** 200,000 sessions in servers, and what is known of them: visitors, users with a few sessions each, and a principal with 10,000. */
final class ManySessions implements AutoCloseable {

    static final int MANY = 200_000;
    static final String CROWD = "crowd";

    private static final int UNDER_WAY = 256;

    private final RedisStore store;
    private final Map<String, Set<String>> ofPrincipal = new HashMap<>();
    private final Map<String, Set<String>> ofTenant = new HashMap<>();
    private final Set<String> ids = new HashSet<>();

    ManySessions(RedisLayout layout) {
        store = RedisStore.builder()
                .uri(layout.uri())
                .timeout(Duration.ofSeconds(60))
                .startupProbe(false)
                .connect();
    }

    void store() {
        SessionManager sessions = SessionManager.create(
                store, SessionSettings.builder().maxSessionsPerPrincipal(0).build());
        Semaphore room = new Semaphore(UNDER_WAY);
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        for (int i = 0; i < MANY; i++) {
            Session session = sessions.create();
            session.set("cart", "x".repeat(100));
            String principal = i % 20 == 1 ? CROWD : "user-" + i / 8;
            if (i % 4 != 0) {
                session.signIn(principal);
            }
            String id = session.id().toString();
            ids.add(id);
            if (i % 4 != 0) {
                session.index("tenant", "tenant-" + i % 7);
                ofPrincipal.computeIfAbsent(principal, any -> new HashSet<>()).add(id);
                ofTenant.computeIfAbsent("tenant-" + i % 7, any -> new HashSet<>())
                        .add(id);
            }
            room.acquireUninterruptibly();
            CompletableFuture<SaveOutcome> unused = sessions.async()
                    .save(session)
                    .whenComplete((saved, failure) -> {
                        if (failure != null) {
                            failed.set(failure);
                        }
                        room.release();
                    })
                    .toCompletableFuture();
        }
        room.acquireUninterruptibly(UNDER_WAY);
        assertThat(failed.get()).isNull();
    }

    Set<String> ids() {
        return ids;
    }

    Set<String> ofPrincipal(String name) {
        return Set.copyOf(ofPrincipal.getOrDefault(name, Set.of()));
    }

    Set<String> ofTenant(String name) {
        return Set.copyOf(ofTenant.getOrDefault(name, Set.of()));
    }

    /** How many sessions each principal has. */
    Map<String, Long> ofPrincipals() {
        Map<String, Long> counts = new HashMap<>();
        ofPrincipal.forEach((name, all) -> counts.put(name, (long) all.size()));
        return counts;
    }

    void ended(Set<String> some) {
        ids.removeAll(some);
        ofPrincipal.values().forEach(all -> all.removeAll(some));
        ofTenant.values().forEach(all -> all.removeAll(some));
    }

    @Override
    public void close() {
        store.close();
    }
}
