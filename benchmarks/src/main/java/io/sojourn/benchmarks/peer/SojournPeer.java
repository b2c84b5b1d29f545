package io.sojourn.benchmarks.peer;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.redis.RedisStore;
import io.sojourn.redis.RedisStoreBuilder;
import io.sojourn.spi.SessionStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Sojourn over one of its stores. */
public final class SojournPeer implements Peer {

    private final String name;
    private final Set<Work> works;
    private final SessionStore store;
    private final SessionManager sessions;

    /** Everything that a store can do which has nothing in front of it. */
    public SojournPeer(String name, SessionStore store) {
        this(name, store, EnumSet.complementOf(EnumSet.of(Work.G)));
    }

    /** Only some of it. */
    public SojournPeer(String name, SessionStore store, Set<Work> works) {
        this.name = name;
        this.works = works;
        this.store = store;
        this.sessions = SessionManager.create(store);
    }

    /** All defaults but for the deadline of a command, which a machine that is in use by others may miss. */
    public static RedisStoreBuilder store(String uri) {
        return RedisStore.builder().uri(uri).timeout(Duration.ofSeconds(10));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Work> works() {
        return works;
    }

    @Override
    public String create(Map<String, Object> attributes) {
        Session session = sessions.create();
        attributes.forEach(session::set);
        return saved(session);
    }

    @Override
    public String create(Map<String, Object> attributes, String principal) {
        Session session = sessions.create();
        session.signIn(principal);
        attributes.forEach(session::set);
        return saved(session);
    }

    private String saved(Session session) {
        requireSaved(sessions.save(session));
        return session.token().reveal();
    }

    @Override
    public void read(String token) {
        sessions.save(sessions.find(token).orElseThrow());
    }

    @Override
    public void change(String token, String value) {
        Session session = sessions.find(token).orElseThrow();
        session.set(Samples.CHANGED, value);
        requireSaved(sessions.save(session));
    }

    @Override
    public void revoke(String token) {
        if (!sessions.revoke(sessions.find(token).orElseThrow())) {
            throw new IllegalStateException("the session is gone");
        }
    }

    @Override
    public int list(String principal) {
        return sessions.findByPrincipal(principal).size();
    }

    private static void requireSaved(SaveOutcome outcome) {
        if (outcome != SaveOutcome.SAVED) {
            throw new IllegalStateException("not saved: " + outcome);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
