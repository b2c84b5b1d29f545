package io.sojourn.races;

import io.sojourn.AsyncSessionManager;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** One request of a race, and what it was told. */
final class Request {

    static final String LIST = "list";
    static final int NEVER = Integer.MAX_VALUE;

    final Kind kind;
    final int number;
    final int node;
    private final IntSupplier now;

    /** The session that it was given; null if its token opened none, or it asked for none. */
    volatile @Nullable Session session;

    /** Who was signed in then. */
    volatile Optional<String> principal = Optional.empty();

    /** The secret that it asked for. */
    volatile @Nullable SessionToken asked;

    /** Who was signed in on the states that its function was shown. */
    final Set<Optional<String>> shown = new LinkedHashSet<>();

    volatile int openedAt = NEVER;
    volatile int endedAt = NEVER;
    volatile @Nullable SaveOutcome outcome;

    /** What its update gave, or whether or how many sessions it ended; null if that is not known, or there was nothing. */
    volatile @Nullable Integer result;

    volatile @Nullable Throwable failure;
    volatile boolean done;

    Request(Kind kind, int number, int node, IntSupplier now) {
        this.kind = kind;
        this.number = number;
        this.node = node;
        this.now = now;
    }

    String attribute() {
        return "a" + number;
    }

    boolean isSaved() {
        return outcome == SaveOutcome.SAVED;
    }

    boolean isUnknown() {
        return failure != null;
    }

    boolean hasEndedSomething() {
        Integer count = result;
        return kind.ends() && count != null && count > 0;
    }

    void start(AsyncSessionManager sessions, SessionToken token, String user, String other) {
        CompletionStage<?> end = switch (kind) {
            case REVOKE_ID -> sessions.revoke(token.id()).thenAccept(was -> result = was ? 1 : 0);
            case REVOKE_ALL -> sessions.revokeAll(user).thenAccept(count -> result = count);
            default ->
                sessions.find(token)
                        .thenCompose(found -> found.map(there -> with(there, sessions, user, other))
                                .orElseGet(() -> CompletableFuture.completedFuture(null)));
        };
        CompletionStage<?> unused = end.whenComplete((value, thrown) -> {
            failure = thrown;
            endedAt = now.getAsInt();
            done = true;
        });
    }

    private CompletionStage<?> with(Session found, AsyncSessionManager sessions, String user, String other) {
        session = found;
        principal = found.principal();
        openedAt = now.getAsInt();
        if (kind == Kind.REVOKE) {
            return sessions.revoke(found).thenAccept(was -> result = was ? 1 : 0);
        } else if (kind == Kind.UPDATE) {
            return sessions.update(found, this::append).thenAccept(size -> result = size.orElse(null));
        }
        if (kind.sets()) {
            found.set(attribute(), number);
        }
        switch (kind) {
            case SIGN_IN -> asked = found.signIn(other);
            case SIGN_IN_AGAIN -> asked = found.signIn(user);
            case SIGN_OUT -> asked = found.signOut();
            case ROTATE -> asked = found.rotate();
            default -> {}
        }
        return sessions.save(found).thenAccept(saved -> outcome = saved);
    }

    private Integer append(Session state) {
        shown.add(state.principal());
        List<Integer> list = new ArrayList<>(list(state));
        list.add(number);
        state.set(LIST, list);
        return list.size();
    }

    static List<Integer> list(Session state) {
        List<Integer> list = state.get(LIST);
        return list == null ? List.of() : list;
    }

    @Override
    public String toString() {
        return "request " + number + " (" + kind + " on node " + node + "): "
                + (failure != null ? "unknown" : outcome != null ? outcome : result);
    }
}
