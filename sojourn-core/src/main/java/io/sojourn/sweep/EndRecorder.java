package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import io.sojourn.bytes.Sha256;
import io.sojourn.context.EngineContext;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.format.Header;
import io.sojourn.log.SettingName;
import io.sojourn.observe.RevocationCause;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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

    /** A session that is taken may be created again at once, under another secret; then it has not ended. */
    private static final Duration LATER = Duration.ofSeconds(2);

    /** How often a session that has ended is entered at most, such as during a failover, and the pause in between. */
    private static final int ENTER_TRIES = 10;

    private static final long ENTER_PAUSE_MILLIS = 1000;

    private static final String OFF =
            "Ends of sessions are not recorded: on every node that uses these sessions switch on "
                    + SettingName.END_EVENTS;

    private final EngineContext context;
    private final @Nullable SessionEnds ends;

    /** Null if the option is off. */
    private final @Nullable EndListeners listeners;

    /** @param sessions makes an ended session of the record that was stored last */
    public EndRecorder(EngineContext context, BiFunction<SessionId, SessionRecord, Session> sessions) {
        this.context = context;
        this.ends = context.settings().endEvents()
                ? context.store()
                        .ends()
                        .orElseThrow(() -> new IllegalArgumentException(SettingName.END_EVENTS
                                + " is on, but the store cannot remember the ends of sessions: use a RedisStore or a"
                                + " MemoryStore, or implement SessionStore.ends"))
                : null;
        this.listeners = ends == null ? null : new EndListeners(context, ends, sessions);
    }

    /** Throws if the option is off. */
    private SessionEnds required() {
        if (ends == null) {
            throw new IllegalStateException(OFF);
        }
        return ends;
    }

    private EndListeners listeners() {
        if (listeners == null) {
            throw new IllegalStateException(OFF);
        }
        return listeners;
    }

    /** See {@link io.sojourn.SessionManager#listenToEnds}. */
    public EndWatch listen(SessionEndListener listener) {
        return listeners().listen(listener);
    }

    /** See {@link io.sojourn.SessionManager#listenToEndsOnEveryNode}. */
    public EndWatch listenOnEveryNode(SessionEndListener listener) {
        return listeners().listenOnEveryNode(listener);
    }

    private @Nullable EndSweeper sweeper() {
        return listeners == null ? null : listeners.sweeper();
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
        EndSweeper running = sweeper();
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

    /**
     * See {@link SessionStore#delete(SessionId)} and {@link SessionStore#tombstone}.
     *
     * @param forbids whether a session that does not exist is kept from being created, as by a tombstone
     * @param whenEnded called when the session has ended, before listeners are told; not called if {@code endEvents} is off
     */
    public CompletionStage<Boolean> end(
            SessionStore store, SessionId id, RevocationCause cause, boolean forbids, Runnable whenEnded) {
        if (ends == null) {
            return forbids ? store.tombstone(id) : store.delete(id);
        }
        return end(ends, id, SessionWrite.ABSENT, cause, forbids, Duration.ZERO, whenEnded)
                .thenApply(Applied.class::isInstance);
    }

    /**
     * See {@link SessionStore#delete(SessionId, long)}.
     *
     * @param takes whether the caller may store the session again at once, which is no end: it is told a little later
     * @param whenEnded as of the other {@link #end(SessionStore, SessionId, RevocationCause, boolean, Runnable)}
     */
    public CompletionStage<CommitResult> end(
            SessionStore store, SessionId id, long revision, RevocationCause cause, boolean takes, Runnable whenEnded) {
        return ends == null
                ? store.delete(id, revision)
                : end(ends, id, revision, cause, false, takes ? LATER : Duration.ZERO, whenEnded);
    }

    /**
     * The entry becomes due soon, so that another node tells the end if this one dies. If that fails, the session is entered anew once it
     * has ended: its entry may be due only when the time of the session would have run out, and of a session without one only when
     * what is kept of it is gone.
     *
     * @param pause when the end is to be told
     */
    private CompletionStage<CommitResult> end(
            SessionEnds on,
            SessionId id,
            long revision,
            RevocationCause cause,
            boolean forbids,
            Duration pause,
            Runnable whenEnded) {
        StoredCause why = new StoredCause(endCause(cause), listeners().node());
        EndSweeper running = sweeper();
        long start = System.nanoTime();
        CompletionStage<Optional<EndClaim>> claim =
                on.takeOver(id, running == null && pause.isZero() ? Duration.ZERO : HeldClaims.LEASE);
        return on.end(id, revision, why.format(), forbids).thenApply(result -> {
            if (result instanceof Applied) {
                whenEnded.run();
                CompletionStage<Void> unused = claim.exceptionally(failure -> Optional.empty())
                        .thenAccept(mine -> mine.ifPresentOrElse(
                                held -> tellEnd(on, running, held, start, pause, why),
                                () -> enterAgain(on, running, id, pause, why)));
            }
            return result;
        });
    }

    private static void tellEnd(
            SessionEnds on,
            @Nullable EndSweeper running,
            EndClaim claim,
            long claimedAt,
            Duration pause,
            StoredCause why) {
        if (!pause.isZero()) {
            if (running != null) {
                running.expect(claim.id(), pause);
            }
            CompletionStage<Boolean> unused = on.handBack(claim, pause, false);
        } else if (running != null) {
            running.ended(claim, claimedAt, why);
        }
    }

    /**
     * The session was created without {@code endEvents}, or its entry was lost, or the store did not answer. If this node listens, it enters
     * the session for later and claims it at once, so that no other node tells what a request of this one has told.
     */
    private static void enterAgain(
            SessionEnds on, @Nullable EndSweeper running, SessionId id, Duration pause, StoredCause why) {
        if (running == null || !pause.isZero()) {
            CompletionStage<Boolean> unused = enter(on, running, id, pause, ENTER_TRIES);
            return;
        }
        CompletionStage<Boolean> unused = enter(on, running, id, HeldClaims.LEASE, ENTER_TRIES)
                .thenCompose(done -> claimed(on, running, id, why))
                .exceptionally(failure -> false)
                .thenCompose(claimed -> claimed
                        ? CompletableFuture.completedFuture(true)
                        : enter(on, running, id, Duration.ZERO, ENTER_TRIES));
    }

    private static CompletionStage<Boolean> claimed(SessionEnds on, EndSweeper running, SessionId id, StoredCause why) {
        long start = System.nanoTime();
        return on.takeOver(id, HeldClaims.LEASE).thenApply(claim -> {
            claim.ifPresent(mine -> running.ended(mine, start, why));
            return claim.isPresent();
        });
    }

    private static CompletionStage<Boolean> enter(
            SessionEnds on, @Nullable EndSweeper running, SessionId id, Duration due, int tries) {
        if (running != null) {
            running.expect(id, due);
        }
        CompletionStage<Boolean> entry = on.enter(id, due);
        return tries <= 1
                ? entry
                : entry.exceptionallyCompose(failure -> CompletableFuture.supplyAsync(
                                () -> enter(on, running, id, due, tries - 1),
                                CompletableFuture.delayedExecutor(ENTER_PAUSE_MILLIS, TimeUnit.MILLISECONDS))
                        .thenCompose(next -> next));
    }

    private static EndCause endCause(RevocationCause cause) {
        return switch (cause) {
            case SESSION -> EndCause.SIGNED_OUT;
            case ID -> EndCause.REVOKED_ID;
            case PRINCIPAL -> EndCause.REVOKED_ALL;
            case OTHERS -> EndCause.REVOKED_OTHERS;
            case INDEX -> EndCause.REVOKED_INDEX;
            case LIMIT -> EndCause.LIMIT;
        };
    }

    /** What is known of the session that a token opened. */
    public CompletionStage<Optional<PastSession>> past(SessionToken token) {
        return context.ask(token.id(), store -> required().past(token.id()))
                .thenApply(found -> found.flatMap(past -> ended(past, token)));
    }

    /** As {@link #past}, if a load that found no session has brought it along; sends nothing. */
    public Optional<PastSession> noticed(SessionToken token) {
        return ends == null ? Optional.empty() : ends.noticed(token.id()).flatMap(past -> ended(past, token));
    }

    private static Optional<PastSession> ended(PastEnd past, SessionToken token) {
        return Sha256.same(past.verifier(), token.verifier())
                ? Optional.of(new PastSession(StoredCause.parse(past.cause()).cause(), past.at()))
                : Optional.empty();
    }
}
