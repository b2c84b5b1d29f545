package io.sojourn.admin;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.redis.RedisStore;
import io.sojourn.testkit.RedisLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sessions that a test has made, and what it knows of them. */
final class World {

    /** Names that a visitor may have typed: a script, ESC, a mark of direction, a line break, and 1 KB. */
    static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>", "\u001b[31mred\u001b[0m", "\u202egnp.exe", "two\nlines", "x".repeat(1_000));

    final RedisStore store;
    final SessionManager sessions;
    final Map<SessionId, Session> made = new HashMap<>();
    final Map<String, Set<SessionId>> ofPrincipal = new HashMap<>();
    final Map<String, Set<SessionId>> ofTenant = new HashMap<>();

    World(RedisStore any, SessionSettings settings) {
        store = any.withPrefix("t" + Long.toString(System.nanoTime(), 36));
        sessions = SessionManager.create(store, settings);
    }

    static RedisStore store(RedisLayout layout, String prefix) {
        return RedisStore.builder()
                .uri(layout.uri())
                .timeout(Duration.ofSeconds(20))
                .prefix(prefix)
                .connect();
    }

    SessionAdmin admin() {
        return SessionAdmin.builder(store).build();
    }

    /** Visitors without a name, and users with one to four sessions each, of two tenants. */
    World populate(int visitors, int users) {
        for (int i = 0; i < visitors; i++) {
            Session session = sessions.create();
            session.set("visits", i);
            save(session);
        }
        for (int i = 0; i < users; i++) {
            String name = i < HOSTILE.size() ? HOSTILE.get(i) : "user-" + i;
            for (int j = 0; j <= i % 4; j++) {
                signedIn(name, "tenant-" + i % 2);
            }
        }
        return this;
    }

    Session signedIn(String principal, String tenant) {
        Session session = sessions.create();
        session.signIn(principal);
        session.index("tenant", tenant);
        session.label("device", "phone of " + principal.substring(0, Math.min(20, principal.length())));
        session.set("cart", new ArrayList<>(List.of("tea", "milk")));
        save(session);
        ofPrincipal.computeIfAbsent(principal, any -> new HashSet<>()).add(session.id());
        ofTenant.computeIfAbsent(tenant, any -> new HashSet<>()).add(session.id());
        return session;
    }

    Session save(Session session) {
        sessions.save(session);
        made.put(session.id(), session);
        return session;
    }

    String key(SessionId id) {
        return store.prefix() + ":" + id;
    }

    Set<SessionId> ofPrincipal(String name) {
        return ofPrincipal.getOrDefault(name, Set.of());
    }

    Set<SessionId> ofTenant(String name) {
        return ofTenant.getOrDefault(name, Set.of());
    }
}
