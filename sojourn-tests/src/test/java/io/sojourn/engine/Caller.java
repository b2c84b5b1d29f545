package io.sojourn.engine;

import io.sojourn.AsyncSessionManager;
import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The two ways to call a manager, so that one scenario runs through both. */
enum Caller {
    BLOCKING {
        @Override
        Optional<Session> find(SessionManager sessions, String token) {
            return sessions.find(token);
        }

        @Override
        Lookup lookup(SessionManager sessions, SessionToken token) {
            return sessions.lookup(token);
        }

        @Override
        SaveOutcome save(SessionManager sessions, Session session) {
            return sessions.save(session);
        }

        @Override
        <T> Optional<T> update(SessionManager sessions, SessionToken token, Function<Session, T> function) {
            return sessions.update(token, function);
        }

        @Override
        <T> Optional<T> update(SessionManager sessions, Session session, Function<Session, T> function) {
            return sessions.update(session, function);
        }

        @Override
        boolean revoke(SessionManager sessions, Session session) {
            return sessions.revoke(session);
        }

        @Override
        boolean revoke(SessionManager sessions, SessionId id) {
            return sessions.revoke(id);
        }
    },

    ASYNC {
        @Override
        Optional<Session> find(SessionManager sessions, String token) {
            return get(sessions.async().find(token));
        }

        @Override
        Lookup lookup(SessionManager sessions, SessionToken token) {
            return get(sessions.async().lookup(token));
        }

        @Override
        SaveOutcome save(SessionManager sessions, Session session) {
            return get(sessions.async().save(session));
        }

        @Override
        <T> Optional<T> update(SessionManager sessions, SessionToken token, Function<Session, T> function) {
            return get(sessions.async().update(token, function));
        }

        @Override
        <T> Optional<T> update(SessionManager sessions, Session session, Function<Session, T> function) {
            return get(sessions.async().update(session, function));
        }

        @Override
        boolean revoke(SessionManager sessions, Session session) {
            return get(sessions.async().revoke(session));
        }

        @Override
        boolean revoke(SessionManager sessions, SessionId id) {
            return get(sessions.async().revoke(id));
        }
    };

    private static final int LIMIT_SECONDS = 20;

    abstract Optional<Session> find(SessionManager sessions, String token);

    abstract Lookup lookup(SessionManager sessions, SessionToken token);

    abstract SaveOutcome save(SessionManager sessions, Session session);

    abstract <T> Optional<T> update(SessionManager sessions, SessionToken token, Function<Session, T> function);

    abstract <T> Optional<T> update(SessionManager sessions, Session session, Function<Session, T> function);

    abstract boolean revoke(SessionManager sessions, Session session);

    abstract boolean revoke(SessionManager sessions, SessionId id);

    /** What a verb gives, called in this way. */
    <T> T call(
            SessionManager sessions,
            Function<SessionManager, T> blocking,
            Function<AsyncSessionManager, CompletionStage<T>> async) {
        return this == BLOCKING ? blocking.apply(sessions) : get(async.apply(sessions.async()));
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
