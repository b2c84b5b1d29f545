package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import io.sojourn.bytes.Sha256;
import io.sojourn.context.EngineContext;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEnd;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.format.Header;
import io.sojourn.observe.RevocationCause;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.EndClaim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the store remember what the ends of sessions need: their due times when they are created, and what they held when they are
 * ended on purpose. If {@code endEvents} is off, it sends exactly what would be sent without it.
 */
public final class EndRecorder {

    /** When to look again at a session that never ends by itself. */
    private static final Duration NEVER_ENDS = Duration.ofDays(1);

    private final EngineContext context;
    private final BiFunction<SessionId, SessionRecord, Session> sessions;
    private final @Nullable SessionEnds ends;

    private final List<Listening> listeners = new CopyOnWriteArrayList<>();

    /** Runs while there are listeners, and tells the ends that this process brings about; without one any node does. */
    private volatile @Nullable EndSweeper sweeper;

    /** One call of {@code listenToEnds}; it has the class loader of the application that called. */
    private final class Listening implements EndWatch {

        private final SessionEndListener listener;
        private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

        Listening(SessionEndListener listener) {
            this.listener = listener;
        }

        void tell(SessionEnd end) throws Exception {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                listener.ended(end);
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        @Override
        public void close() {
            EndSweeper last = left(this);
            if (last != null) {
                last.close();
            }
        }
    }

    /** @param sessions makes an ended session of the record that was stored last */
    public EndRecorder(EngineContext context, BiFunction<SessionId, SessionRecord, Session> sessions) {
        this.context = context;
        this.sessions = sessions;
        this.ends = context.settings().endEvents()
                ? context.store()
                        .ends()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "endEvents is on, but the store cannot remember the ends of sessions: use a RedisStore or a"
                                        + " MemoryStore, or implement SessionStore.ends"))
                : null;
    }

    /** Throws if the option is off. */
    private SessionEnds required() {
        if (ends == null) {
            throw new IllegalStateException(
                    "Ends of sessions are not recorded: set endEvents to true, on every node that uses these sessions");
        }
        return ends;
    }

    /** See {@link io.sojourn.SessionManager#listenToEnds}. */
    public synchronized EndWatch listen(SessionEndListener listener) {
        SessionEnds on = required();
        Listening listening = new Listening(listener);
        listeners.add(listening);
        if (sweeper == null) {
            sweeper = EndSweeper.start(context, on, sessions, this::tell);
        }
        return listening;
    }

    /** The sweeper to be closed if there are no listeners any more. */
    private synchronized @Nullable EndSweeper left(Listening listening) {
        EndSweeper running = sweeper;
        if (!listeners.remove(listening) || !listeners.isEmpty()) {
            return null;
        }
        sweeper = null;
        return running;
    }

    /** Tells all listeners, even if one of them fails. */
    private void tell(SessionEnd end) throws Exception {
        Exception failure = null;
        for (Listening listening : listeners) {
            try {
                listening.tell(end);
            } catch (Exception e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * The write of a session, and what has to be entered for it.
     *
     * @param before what the session was; null if it is created
     * @param after what it will be
     */
    public Function<SessionStore, CompletionStage<CommitResult>> recorded(
            SessionWrite write,
            @Nullable SessionRecord before,
            SessionRecord after,
            Function<SessionStore, CompletionStage<CommitResult>> commit) {
        SessionEnds on = ends;
        if (on == null) {
            return commit;
        }
        if (write.creates() || (before != null && livesDifferently(before.header(), after.header()))) {
            return store -> entered(on, write, () -> commit.apply(store));
        }
        return endsByDeadlineSoon(after.header(), write.timeToLive())
                ? store -> commit.apply(store).whenComplete((result, failure) -> {
                    CompletionStage<SessionEnds.State> unused =
                            on.look(write.id()); // The copy is older than this write.
                })
                : commit;
    }

    private static boolean livesDifferently(Header before, Header after) {
        return before.idleTimeout() != after.idleTimeout() || before.deadline() != after.deadline();
    }

    /** Whether a write leaves the session's end where it was, and so near that it may have been copied. */
    private boolean endsByDeadlineSoon(Header header, @Nullable Duration timeToLive) {
        return header.deadline() != Header.NONE
                && timeToLive != null
                && timeToLive.compareTo(SessionEnds.LEAD) < 0
                && context.now() + timeToLive.toMillis() >= header.deadline() - 1;
    }

    /** First the entry: it may name a session that does not come to exist, and no session exists without one. */
    private CompletionStage<CommitResult> entered(
            SessionEnds on, SessionWrite write, Supplier<CompletionStage<CommitResult>> commit) {
        Duration timeToLive = write.timeToLive();
        Duration due = timeToLive == null ? NEVER_ENDS : SessionEnds.due(timeToLive);
        EndSweeper running = sweeper;
        if (running != null) {
            running.expect(write.id(), due);
        }
        CompletionStage<Boolean> entry = on.enter(write.id(), due);
        if (!on.isOrdered()) {
            return entry.thenCompose(done -> commit.get());
        }
        CompletionStage<CommitResult> result = commit.get();
        CompletionStage<Boolean> sure = entry.exceptionallyCompose(failure -> on.enter(write.id(), due));
        return result.thenCompose(answer ->
                answer instanceof Applied ? sure.thenApply(done -> answer) : CompletableFuture.completedFuture(answer));
    }

    /** See {@link SessionStore#delete(SessionId)}. */
    public CompletionStage<Boolean> delete(SessionStore store, SessionId id, RevocationCause cause) {
        return ends == null
                ? store.delete(id)
                : end(ends, id, SessionWrite.ABSENT, cause, false).thenApply(Applied.class::isInstance);
    }

    /** See {@link SessionStore#delete(SessionId, long)}. */
    public CompletionStage<CommitResult> delete(
            SessionStore store, SessionId id, long revision, RevocationCause cause) {
        return ends == null ? store.delete(id, revision) : end(ends, id, revision, cause, false);
    }

    /** See {@link SessionStore#tombstone}. */
    public CompletionStage<Boolean> tombstone(SessionStore store, SessionId id, RevocationCause cause) {
        return ends == null
                ? store.tombstone(id)
                : end(ends, id, SessionWrite.ABSENT, cause, true).thenApply(Applied.class::isInstance);
    }

    /** See {@link SessionStore#getAndDelete}. */
    public CompletionStage<Optional<StoredSession>> getAndDelete(
            SessionStore store, SessionId id, RevocationCause cause) {
        SessionEnds on = ends;
        return on == null
                ? store.getAndDelete(id)
                : end(on, id, SessionWrite.ABSENT, cause, false)
                        .thenCompose(result -> result instanceof Applied
                                ? on.look(id)
                                : CompletableFuture.completedFuture(new SessionEnds.State.Missing()))
                        .thenApply(state -> state instanceof SessionEnds.State.Ended ended
                                ? Optional.of(ended.last())
                                : Optional.<StoredSession>empty());
    }

    /**
     * The entry becomes due soon, so that another node tells the end if this one dies. If that fails, the entry has its old due time,
     * and what is kept of the session stays for longer than that.
     */
    private CompletionStage<CommitResult> end(
            SessionEnds on, SessionId id, long revision, RevocationCause cause, boolean forbids) {
        EndSweeper running = sweeper;
        long start = System.nanoTime();
        CompletionStage<Optional<EndClaim>> claim = on.takeOver(id, running == null ? Duration.ZERO : EndSweeper.LEASE);
        return on.end(id, revision, name(cause), forbids).thenApply(result -> {
            if (running != null && result instanceof Applied) {
                CompletionStage<Void> unused =
                        claim.thenAccept(mine -> mine.ifPresent(held -> running.ended(held, start)));
            }
            return result;
        });
    }

    private static String name(RevocationCause cause) {
        EndCause end = switch (cause) {
            case SESSION -> EndCause.SIGNED_OUT;
            case ID -> EndCause.REVOKED_ID;
            case PRINCIPAL -> EndCause.REVOKED_ALL;
            case OTHERS -> EndCause.REVOKED_OTHERS;
            case INDEX -> EndCause.REVOKED_INDEX;
            case LIMIT -> EndCause.LIMIT;
        };
        return end.name();
    }

    /** What is known of the session that a token opened. */
    public CompletionStage<Optional<PastSession>> past(SessionToken token) {
        return context.ask(token.id(), store -> required().past(token.id()))
                .thenApply(found -> found.filter(past -> Sha256.same(past.verifier(), token.verifier()))
                        .map(past -> new PastSession(cause(past.cause()), past.at())));
    }

    /** A cause that a newer version has written is told as unreadable. */
    static EndCause cause(String name) {
        for (EndCause cause : EndCause.values()) {
            if (cause.name().equals(name)) {
                return cause;
            }
        }
        return EndCause.UNREADABLE;
    }
}
