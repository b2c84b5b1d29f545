package io.sojourn.micrometer;

import io.sojourn.ConflictException;
import io.sojourn.LimitPolicy;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionLimitException;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionWrite;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One manager to which everything happens that there is a meter for. */
final class Traffic {

    final ManualClock clock = ManualClock.at("2030-01-01T00:00:00Z");
    final MemoryStore memory = new MemoryStore(MemoryStore.DEFAULT_MAX_BYTES, clock);
    final FaultyStore store = new FaultyStore(memory);
    final SessionManager sessions;

    /** Of all sessions that were created. */
    final List<String> ids = new ArrayList<>();

    Traffic(SessionObserver observer) {
        sessions = SessionManager.create(
                store,
                SessionSettings.builder()
                        .observer(observer)
                        .alsoObserve(new SessionObserver() {
                            @Override
                            public void created(SessionId id) {
                                ids.add(id.toString());
                            }
                        })
                        .clock(clock)
                        .maxAttributes(5)
                        .maxConflicts(1)
                        .maxSessionsPerPrincipal(2)
                        .whenLimitReached(LimitPolicy.END_OLDEST)
                        .build());
    }

    Session stored(String name, Object value) {
        Session session = sessions.create();
        session.set(name, value);
        sessions.save(session);
        return session;
    }

    Session found(Session session) {
        return sessions.find(session.token()).orElseThrow();
    }

    /** A token of that session with a secret that never was valid. */
    static SessionToken guess(Session session) {
        return SessionToken.parse(session.id() + "A".repeat(24)).orElseThrow();
    }

    void lives() {
        Session session = stored("cart", "tea");
        sessions.save(found(session));
        Session one = found(session);
        Session other = found(session);
        one.set("a", 1);
        other.set("b", 2);
        sessions.save(one);
        sessions.save(other);
        Integer count = sessions.update(session.token(), s -> {
                    s.set("n", 1);
                    return 1;
                })
                .orElseThrow();
        Session ended = found(session);
        ended.set("n", -count);
        sessions.revoke(session);
        sessions.save(ended);
    }

    void attacks() {
        Session session = stored("cart", "tea");
        SessionToken first = session.token();
        session.rotate();
        sessions.save(session);
        sessions.find(first);
        clock.advance(SessionSettings.SUPERSEDED_FOR.plusSeconds(1));
        sessions.find(first);
        sessions.find(guess(session));
        sessions.find(sessions.create().token());
    }

    void signIns() {
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Session session = sessions.create();
            session.signIn("ada");
            sessions.save(session);
            all.add(session);
            clock.advance(Duration.ofSeconds(1));
        }
        sessions.findByPrincipal("ada");
        Session last = all.get(2);
        sessions.revokeOthers(last);
        last.signOut();
        sessions.save(last);
        Session next = sessions.create();
        next.signIn("ada");
        next.index("tenant", "acme");
        sessions.save(next);
        sessions.revokeByIndex("tenant", "acme");
        sessions.revokeAll("ada");
        sessions.revoke(last.id());
        sessions.revoke(last.id());
    }

    void refusals() {
        Session session = stored("list", new ArrayList<>(List.of("a")));
        Session full = found(session);
        overtake(session, -1);
        for (int i = 1; i < 5; i++) {
            full.set("k" + i, i); // As many as are allowed; but now there is one more.
        }
        expect(SessionLimitException.class, () -> sessions.save(full));
        Session changed = found(session);
        List<Object> list = Objects.requireNonNull(changed.get("list"));
        list.add(Thread.currentThread());
        expect(ValueNotAcceptedException.class, () -> sessions.save(changed));
        Session slow = found(session);
        slow.set("mine", 1);
        for (int i = 0; i < 2; i++) {
            int value = i;
            store.beforeNext(FaultyStore.Operation.COMMIT, () -> overtake(session, value));
        }
        expect(ConflictException.class, () -> sessions.save(slow));
    }

    private void overtake(Session session, int value) {
        SessionManager another = SessionManager.create(
                memory, SessionSettings.builder().clock(clock).build());
        another.update(session.token(), s -> {
            s.set("theirs", value);
            return value;
        });
    }

    void unreadable() {
        Session session = stored("a", 1);
        damage(session, "r", new byte[] {99});
        sessions.find(session.token());
    }

    void outage() {
        Session session = stored("a", 1);
        store.goDown();
        expect(StoreUnavailableException.class, () -> sessions.find(session.token()));
        store.comeBack();
    }

    void all() {
        lives();
        attacks();
        signIns();
        refusals();
        unreadable();
        outage();
    }

    private void damage(Session session, String part, byte[] bytes) {
        var before = memory.load(session.id()).toCompletableFuture().join().orElseThrow();
        memory.commit(new SessionWrite(
                        session.id(),
                        before.revision(),
                        before.revision() ^ 2,
                        before.touchedAt(),
                        Duration.ofHours(1),
                        Map.of(part, bytes),
                        Set.of()))
                .toCompletableFuture()
                .join();
    }

    private static void expect(Class<? extends RuntimeException> expected, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (expected.isInstance(e)) {
                return;
            }
            throw e;
        }
        throw new AssertionError("no " + expected);
    }
}
