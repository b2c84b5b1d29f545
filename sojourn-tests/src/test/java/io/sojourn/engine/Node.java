package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.SessionPage;
import io.sojourn.SessionToken;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server of a fleet: a manager of its own, called in one of the two ways. */
record Node(Caller caller, SessionManager sessions) {

    Session create() {
        return caller == Caller.BLOCKING ? sessions.create() : sessions.async().create();
    }

    Session createForLeftOutTokens() {
        return caller == Caller.BLOCKING
                ? sessions.createForLeftOutTokens()
                : sessions.async().createForLeftOutTokens();
    }

    Session createForUnknownToken() {
        return caller == Caller.BLOCKING
                ? sessions.createForUnknownToken()
                : sessions.async().createForUnknownToken();
    }

    Session create(SessionToken token) {
        return caller == Caller.BLOCKING
                ? sessions.create(token)
                : sessions.async().create(token);
    }

    /** A session that is stored, with one attribute. */
    Session stored(String name, Object value) {
        Session session = create();
        session.set(name, value);
        assertThat(save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }

    /** What the next request of a client finds that holds this token. */
    Session open(SessionToken token) {
        return find(token).orElseThrow(() -> new AssertionError("the token opens nothing"));
    }

    Optional<Session> find(SessionToken token) {
        return find(token.reveal());
    }

    Optional<Session> find(String token) {
        return caller.find(sessions, token);
    }

    Optional<Session> findById(SessionId id) {
        return caller.call(sessions, s -> s.findById(id), s -> s.findById(id));
    }

    Lookup lookup(SessionToken token) {
        return caller.lookup(sessions, token);
    }

    SaveOutcome save(Session session) {
        return caller.save(sessions, session);
    }

    <T> Optional<T> update(SessionToken token, Function<Session, T> function) {
        return caller.update(sessions, token, function);
    }

    <T> Optional<T> update(Session session, Function<Session, T> function) {
        return caller.update(sessions, session, function);
    }

    boolean revoke(Session session) {
        return caller.revoke(sessions, session);
    }

    boolean revoke(SessionId id) {
        return caller.revoke(sessions, id);
    }

    boolean isAlive(Session session) {
        return caller.call(sessions, s -> s.isAlive(session), s -> s.isAlive(session));
    }

    boolean keepAlive(Session session) {
        return caller.call(sessions, s -> s.keepAlive(session), s -> s.keepAlive(session));
    }

    List<SessionInfo> findByPrincipal(String principal) {
        return caller.call(sessions, s -> s.findByPrincipal(principal), s -> s.findByPrincipal(principal));
    }

    List<SessionInfo> findByIndex(String index, String value) {
        return caller.call(sessions, s -> s.findByIndex(index, value), s -> s.findByIndex(index, value));
    }

    SessionPage pageByPrincipal(String principal, @Nullable String after, int size) {
        return caller.call(
                sessions,
                s -> s.pageByPrincipal(principal, after, size),
                s -> s.pageByPrincipal(principal, after, size));
    }

    int revokeAll(String principal) {
        return caller.call(sessions, s -> s.revokeAll(principal), s -> s.revokeAll(principal));
    }

    int revokeOthers(Session session) {
        return caller.call(sessions, s -> s.revokeOthers(session), s -> s.revokeOthers(session));
    }

    int revokeByIndex(String index, String value) {
        return caller.call(sessions, s -> s.revokeByIndex(index, value), s -> s.revokeByIndex(index, value));
    }

    /** A session that is stored, to which somebody is signed in. */
    Session signedIn(String principal) {
        Session session = create();
        session.signIn(principal);
        assertThat(save(session)).isEqualTo(SaveOutcome.SAVED);
        return session;
    }
}
