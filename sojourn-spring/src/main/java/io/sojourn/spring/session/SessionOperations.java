package io.sojourn.spring.session;

import io.sojourn.AsyncSessionManager;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.spi.IndexKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What both repositories do, the blocking and the reactive one; never blocks. */
final class SessionOperations {

    private static final int AT_A_TIME = 25;

    private final AsyncSessionManager sessions;

    SessionOperations(SessionManager manager) {
        sessions = manager.async();
    }

    SojournSession create() {
        Session session = sessions.create();
        session.storeEvenIfEmpty(); // As Spring Session does.
        return view(session);
    }

    private SojournSession view(Session session) {
        return new SojournSession(session, sessions.settings().clock());
    }

    CompletionStage<Boolean> save(SojournSession session) {
        if (session.endsAtOnce()) {
            return sessions.revoke(session.session());
        }
        return sessions.save(session.session()).thenApply(outcome -> switch (outcome) {
            case SAVED, UNCHANGED, GONE -> outcome == SaveOutcome.SAVED;
            case OVERTAKEN ->
                throw new IllegalStateException(
                        "Session " + session.session().id() + " was not saved: another user has signed"
                                + " in to it since it was found. Find it again before you change it.");
            case LIMIT_REACHED ->
                throw new IllegalStateException(
                        "Session " + session.session().id() + " was not saved: its user has as many"
                                + " sessions as sojourn.max-sessions-per-principal allows, and sojourn.when-limit-reached refuses new ones.");
        });
    }

    CompletionStage<Optional<SojournSession>> findById(String id) {
        return new SessionReference(sessions, id).find().thenApply(found -> found.map(this::view));
    }

    CompletionStage<Boolean> deleteById(String id) {
        return new SessionReference(sessions, id).end();
    }

    CompletionStage<Map<String, SojournSession>> findByIndex(String indexName, String value) {
        boolean byPrincipal = SojournSession.isPrincipalName(indexName);
        if (value.isEmpty() || value.length() > Session.MAX_VALUE_LENGTH) {
            return CompletableFuture.completedFuture(Map.of());
        }
        if (byPrincipal) {
            return sessions.findByPrincipal(value).thenCompose(this::load);
        }
        return isIndex(indexName)
                ? sessions.findByIndex(indexName, value).thenCompose(this::load)
                : CompletableFuture.completedFuture(Map.of());
    }

    private static boolean isIndex(String name) {
        try {
            return !IndexKey.requireName(name).equals(IndexKey.PRINCIPAL);
        } catch (IllegalArgumentException e) {
            return false; // An index of another library: no session of ours is in it.
        }
    }

    /** Some at a time: all sessions of a user at once could take much memory, and other requests would wait for them. */
    private CompletionStage<Map<String, SojournSession>> load(List<SessionInfo> infos) {
        Map<String, SojournSession> found = new LinkedHashMap<>();
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (int i = 0; i < infos.size(); i += AT_A_TIME) {
            List<SessionInfo> some = infos.subList(i, Math.min(i + AT_A_TIME, infos.size()));
            done = done.thenCompose(before -> load(some, found));
        }
        return done.thenApply(all -> found);
    }

    private CompletionStage<Void> load(List<SessionInfo> infos, Map<String, SojournSession> found) {
        List<CompletableFuture<Optional<Session>>> loads = new ArrayList<>(infos.size());
        infos.forEach(info -> loads.add(sessions.findById(info.id()).toCompletableFuture()));
        return CompletableFuture.allOf(loads.toArray(CompletableFuture[]::new))
                .thenAccept(all -> loads.forEach(
                        load -> load.join().map(this::view).ifPresent(session -> found.put(session.getId(), session))));
    }

    /** Waits; the store keeps the deadline. */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
