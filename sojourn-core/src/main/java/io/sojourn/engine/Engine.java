package io.sojourn.engine;

import io.sojourn.Lookup;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionPage;
import io.sojourn.SessionToken;
import io.sojourn.SojournException;
import io.sojourn.StandIn;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.MeasuredOperation;
import io.sojourn.context.Stages;
import io.sojourn.context.WaitStrategy;
import io.sojourn.context.Waiting;
import io.sojourn.ends.PastSession;
import io.sojourn.format.Header;
import io.sojourn.index.Admission;
import io.sojourn.index.EntryRequest;
import io.sojourn.index.IndexMembership;
import io.sojourn.index.PrincipalIndex;
import io.sojourn.index.Revocation;
import io.sojourn.log.SettingName;
import io.sojourn.observe.Operation;
import io.sojourn.observe.Operation.Outcome;
import io.sojourn.observe.RevocationCause;
import io.sojourn.record.EventTime;
import io.sojourn.record.SessionDelta.PrincipalChange;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Applied;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.ForeignSession;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.sweep.EndRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Opens tokens, touches and revokes sessions; never blocks. Both managers drive it.
 */
public final class Engine {

    private static final CompletionStage<Lookup> ABSENT = CompletableFuture.completedStage(new Lookup.Absent());

    private final EngineContext context;
    private final EndRecorder ends;
    private final Revocation revocation;
    private final PrincipalIndex index;
    private final BurstDetector unknownIds;
    private final RecordCache cache = new RecordCache();

    public Engine(EngineContext context) {
        requireLoadableSessions(context);
        this.context = context;
        this.ends = new EndRecorder(context, (id, last) -> TrackedSession.ended(context, id, last));
        this.revocation = new Revocation(context, ends);
        this.index = new PrincipalIndex(context, revocation);
        this.unknownIds = new BurstDetector(context.settings().clock());
        context.observers().tell(o -> o.started(context.store()));
    }

    private static void requireLoadableSessions(EngineContext context) {
        long stored = context.settings().maxSessionBytes();
        long loaded = context.store().maxSessionBytes();
        if (stored > loaded) {
            throw new IllegalArgumentException(
                    "maxSessionBytes is " + stored + ", but the store loads sessions of at most " + loaded
                            + " bytes, so that larger ones would be lost: raise the limit of the store, for Redis "
                            + SettingName.REDIS_MAX_LOAD_BYTES + ", or lower " + SettingName.MAX_SESSION_BYTES);
        }
    }

    public EngineContext context() {
        return context;
    }

    public EndRecorder ends() {
        return ends;
    }

    PrincipalIndex index() {
        return index;
    }

    /**
     * A new session.
     *
     * @param standIn why it stands in for another session; null for an ordinary one
     */
    public TrackedSession create(@Nullable StandIn standIn) {
        SessionToken token = context.newToken(context.newId());
        TrackedSession session = new TrackedSession(context, token, context.newHeader(token), standIn);
        if (standIn == StandIn.UNKNOWN_TOKEN) {
            session.storeEvenIfEmpty();
        }
        return session;
    }

    /** A new session of a token that was chosen. */
    public TrackedSession create(SessionToken token, @Nullable StandIn standIn) {
        TrackedSession session = new TrackedSession(context, token, context.newHeader(token), standIn);
        session.keepToken();
        return session;
    }

    public Session adopt(SessionToken derived, ForeignSession old) {
        Header header = context.newHeader(derived);
        return TrackedSession.adopting(
                context,
                derived,
                old.createdAt()
                        .map(at -> header.withCreatedAt(at.toEpochMilli()))
                        .orElse(header),
                old);
    }

    /** The session with this id, for a caller that needs no token. */
    public CompletionStage<Optional<Session>> findById(SessionId id, WaitStrategy wait) {
        MeasuredOperation operation = context.observers().begin(Operation.FIND);
        BiFunction<Optional<StoredSession>, @Nullable Throwable, Optional<Session>> answer = (stored, failure) -> {
            try {
                if (failure != null) {
                    throw Waiting.unreadable(failure);
                }
                operation.read(stored);
                return stored.map(SessionRecord::of)
                        .filter(found -> !context.lifetimes().isPastDeadline(found.header(), context.now()))
                        .map(found -> TrackedSession.foundById(context, id, found));
            } catch (UnreadableSessionException e) {
                context.observers().tell(o -> o.unreadableSession(id, e));
                return Optional.empty();
            }
        };
        return operation.on(
                context.ask(wait, id, store -> store.load(id)).handle(answer),
                found -> found.isPresent() ? Outcome.DONE : Outcome.ABSENT);
    }

    /**
     * What a token leads to.
     *
     * @param mayBeMissing whether it is nothing to report that there is no session
     */
    public CompletionStage<Lookup> lookup(SessionToken token, WaitStrategy wait, boolean mayBeMissing) {
        MeasuredOperation operation = context.observers().begin(Operation.FIND);
        SessionId id = token.id();
        CompletionStage<Optional<StoredSession>> reply = context.send(store -> store.load(id));
        boolean atHand = Waiting.isValue(reply); // From the near cache, mostly.
        if (atHand) {
            return operation.on(
                    atHand(token, Waiting.get(reply), mayBeMissing, wait, operation), MeasuredOperation::outcome);
        }
        CompletionStage<Optional<StoredSession>> loaded = wait.settle(reply, failure -> context.failed(id, failure));
        CompletionStage<Lookup> found = Stages.answer(loaded, (stored, failure) -> {
            if (failure != null) {
                return Stages.done(unreadable(id, Waiting.unreadable(failure)));
            }
            operation.read(stored);
            return stored.isEmpty() && mayBeMissing ? ABSENT : open(token, stored, false, wait);
        });
        return operation.on(found, MeasuredOperation::outcome);
    }

    /** By itself, because every read from the near cache would leave the functions of a stage to the garbage collector. */
    private CompletionStage<Lookup> atHand(
            SessionToken token,
            Optional<StoredSession> stored,
            boolean mayBeMissing,
            WaitStrategy wait,
            MeasuredOperation operation) {
        try {
            operation.read(stored);
            return stored.isEmpty() && mayBeMissing ? ABSENT : open(token, stored, true, wait);
        } catch (RuntimeException | Error e) { // As a function of a stage would, it fails the stage.
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @param atHand whether the store had it at hand, and may have it again */
    private CompletionStage<Lookup> open(
            SessionToken token, Optional<StoredSession> stored, boolean atHand, WaitStrategy wait) {
        try {
            StoredSession there = stored.orElse(null);
            SessionRecord record = null;
            if (there != null) {
                record = atHand ? cache.of(token.id(), there) : SessionRecord.of(there);
            }
            return opened(token, record, atHand, wait);
        } catch (UnreadableSessionException e) {
            return Stages.done(unreadable(token.id(), e));
        }
    }

    /** A client shows the newest secret for the first time: now those before it need not open the session any longer. */
    private CompletionStage<Lookup> seen(TrackedSession session, SessionRecord base, WaitStrategy wait) {
        PreparedWrite ending = PreparedWrite.endGrace(context, session.id(), base);
        SessionWrite write = ending.write();
        Lookup found = new Lookup.Found(session);
        if (write == null) {
            return Stages.done(found);
        }
        SessionToken token = session.storedToken();
        return context.ask(wait, token.id(), store -> store.commit(write))
                .handle((answer, failure) -> answer instanceof CommitResult.Applied
                        ? new Lookup.Found(new TrackedSession(context, token, ending.state()))
                        : found); // The next request makes up for it.
    }

    private CompletionStage<Lookup> opened(
            SessionToken token, @Nullable SessionRecord stored, boolean atHand, WaitStrategy wait) {
        SessionId id = token.id();
        if (stored == null) {
            PastSession past = ends.noticed(token).orElse(null);
            if (past != null) {
                context.observers().tell(o -> o.endedSession(id, past));
                return ABSENT;
            }
            context.observers().tell(o -> o.unknownId(id));
            unknownIds.count(many -> context.observers().tell(o -> o.unknownIds(many)));
            return ABSENT;
        }
        long now = context.now();
        if (context.lifetimes().isPastDeadline(stored.header(), now)) {
            context.observers().tell(o -> o.expiredByAge(id));
            return ABSENT;
        }
        switch (TokenCheck.of(token, stored.header(), now)) {
            case CURRENT -> {
                TrackedSession session = new TrackedSession(context, token, stored);
                session.renewIfDue();
                long grace = context.settings().renewalGrace().toMillis();
                return stored.header().isUnseen(now, grace)
                        ? seen(session, stored, wait)
                        : Stages.done(new Lookup.Found(session));
            }
            case IN_GRACE -> {
                TrackedSession session = new TrackedSession(context, token, stored);
                session.renewAgainIfDue();
                return Stages.done(new Lookup.Found(session));
            }
            case SUPERSEDED -> {
                context.observers().tell(o -> o.superseded(id));
                return standIn(token, wait).thenApply(Lookup.Superseded::new);
            }
            case OUTDATED -> context.observers().tell(o -> o.replacedSecret(id));
            case UNKNOWN -> {
                if (atHand && context.store().servesCopies()) {
                    return openAfresh(token, wait);
                }
                context.observers().tell(o -> o.wrongSecret(id));
                return ABSENT; // No stand-in, so that a guess costs one command.
            }
        }
        // The stand-in of a replaced token outlives SUPERSEDED_FOR, for a user who takes time over the login form.
        return standIn(token, wait).thenApply(session -> {
            if (!session.isStored()) {
                return new Lookup.Absent();
            }
            session.becomeOrdinary();
            return new Lookup.Found(session);
        });
    }

    /** A copy does not know the secret: another node may have replaced it a moment ago, at a sign-in for example. */
    private CompletionStage<Lookup> openAfresh(SessionToken token, WaitStrategy wait) {
        SessionId id = token.id();
        return Stages.answer(
                context.ask(wait, id, store -> store.loadAfresh(id)),
                (stored, failure) -> failure != null
                        ? Stages.done(unreadable(id, Waiting.unreadable(failure)))
                        : open(token, stored, false, wait));
    }

    /** The session that stands in for the one that the replaced token does not open any more; stored, or new. */
    private CompletionStage<TrackedSession> standIn(SessionToken replaced, WaitStrategy wait) {
        SessionToken token = SessionToken.derived("stand-in", replaced.reveal());
        BiFunction<Optional<StoredSession>, @Nullable Throwable, TrackedSession> answer = (stored, failure) -> {
            if (failure != null) {
                UnreadableSessionException unused = Waiting.unreadable(failure);
            } else if (stored.isPresent()) {
                SessionRecord found = readable(stored.get());
                if (found != null && opens(token, found)) {
                    return new TrackedSession(context, token, found, StandIn.REPLACED_TOKEN);
                }
            }
            return create(token, StandIn.REPLACED_TOKEN);
        };
        return context.ask(wait, token.id(), store -> store.load(token.id())).handle(answer);
    }

    static @Nullable SessionRecord readable(StoredSession stored) {
        try {
            return SessionRecord.of(stored);
        } catch (UnreadableSessionException e) {
            return null;
        }
    }

    /**
     * What a token opens by what was last known, while the store cannot be asked. Nothing is reported: what looks wrong may
     * only be old. Nor is a secret renewed, since that could not be saved.
     */
    public Optional<Session> lastKnown(SessionToken token) {
        try {
            return context.store()
                    .lastKnown(token.id())
                    .map(SessionRecord::of)
                    .filter(stored -> opens(token, stored))
                    .map(stored -> new TrackedSession(context, token, stored));
        } catch (UnreadableSessionException e) {
            return Optional.empty();
        }
    }

    private boolean opens(SessionToken token, SessionRecord stored) {
        long now = context.now();
        return !context.lifetimes().isPastDeadline(stored.header(), now)
                && TokenCheck.of(token, stored.header(), now) == TokenCheck.CURRENT;
    }

    Lookup unreadable(SessionId id, UnreadableSessionException cause) {
        context.observers().tell(o -> o.unreadableSession(id, cause));
        return new Lookup.Absent();
    }

    /** Extends the session if that is due; nobody waits for it. Once a request is enough, however often it is saved. */
    void touchIfDue(TrackedSession session, SessionRecord state) {
        SessionId id = session.id();
        long now = context.now();
        if (!context.lifetimes().touchIsDue(state.header(), state.touchedAt(), now)) {
            return;
        }
        Duration timeToLive = context.lifetimes().timeToLive(state.header(), now);
        if (timeToLive != null && timeToLive.toMillis() < 1) {
            return;
        }
        session.touched(state, now);
        SessionTouch touch = new SessionTouch(id, state.revision(), Instant.ofEpochMilli(now), timeToLive);
        List<EntryRequest> entries = IndexMembership.touchEntries(context, state, touch, now);
        if (entries.isEmpty()) {
            CompletionStage<Boolean> unused = context.ask(id, store -> store.touch(touch));
        } else {
            // First the indexes: they may know of a session that has ended, and miss none that lives.
            CompletionStage<Boolean> unused = index.admit(id, entries, true)
                    .thenCompose(admission -> admission == Admission.ADMITTED
                            ? context.ask(id, store -> store.touch(touch))
                            : CompletableFuture.completedFuture(false));
        }
    }

    /** Whether a session exists for the principal that was known of it; extends it if it was used and that is due. */
    public CompletionStage<Boolean> isAlive(Session known, boolean used) {
        TrackedSession session = TrackedSession.of(known);
        SessionId id = session.id();
        Optional<String> principal = session.principal();
        return context.ask(id, store -> store.peek(id, SessionRecord.RECORD)).thenApply(stored -> {
            if (stored.isEmpty()) {
                return false;
            }
            SessionRecord state = readable(stored.get());
            if (state == null) {
                return true; // A newer version has written it.
            }
            boolean same =
                    principal.isEmpty() || principal.get().equals(state.header().principal());
            if (!same || context.lifetimes().isPastDeadline(state.header(), context.now())) {
                return false;
            }
            if (used && session.mayExtend(state)) {
                touchIfDue(session, state);
            }
            return true;
        });
    }

    /** A save was not made. That the store was out of reach the observer has heard already. */
    void refused(SessionId id, SojournException cause) {
        if (!(cause instanceof StoreUnavailableException)) {
            context.observers().tell(o -> o.saveRefused(id, cause));
        }
    }

    /** Ends a session, and takes it out of the indexes; nobody waits for the latter. */
    public CompletionStage<Boolean> revoke(Session revoked) {
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE);
        return operation.on(end(TrackedSession.of(revoked), false).thenApply(Ended::was), Engine::revoked);
    }

    /** As {@link #revoke(Session)}, and gives the last state that the session may show. */
    public CompletionStage<Optional<Session>> revokeAndGet(Session taken) {
        TrackedSession session = TrackedSession.of(taken);
        SessionRecord base = session.base();
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE);
        return operation
                .on(end(session, true), ended -> revoked(ended.was()))
                .thenApply(ended -> Optional.ofNullable(ended.last())
                        .map(last -> session.mayShow(last) ? last : base)
                        .map(session::last));
    }

    /**
     * What an end came to.
     *
     * @param was whether there was a session
     * @param last the last state that is known of it; null if there was none, or if it was not stored yet
     */
    private record Ended(boolean was, @Nullable SessionRecord last) {}

    private CompletionStage<Ended> end(TrackedSession session, boolean takes) {
        if (session.revokedUnwritten()) {
            return Stages.done(new Ended(false, null));
        }
        SessionRecord known = session.isStored() ? session.base() : null;
        return known == null ? endAnyRevision(session, null, context.moment()) : end(session, known, takes, 0);
    }

    /**
     * Ends the session if it is at this revision; if it is at another one, looks at that record first. A request that was let in
     * before another principal has signed in may not end that session. The same principal's logout always ends it, even if that
     * principal has signed in once more in between.
     *
     * @param takes whether the caller may store the session again at once
     */
    private CompletionStage<Ended> end(TrackedSession session, SessionRecord known, boolean takes, int conflicts) {
        SessionId id = session.id();
        EventTime start = context.moment();
        if (conflicts > context.settings().maxConflicts()) {
            // A thief who writes all the time must not be able to keep the user from logging out.
            return endAnyRevision(session, known, start);
        }
        BiFunction<CommitResult, @Nullable Throwable, CompletionStage<Ended>> answer = (result, failure) -> {
            if (failure != null) {
                UnreadableSessionException unused = Waiting.unreadable(failure);
                return endAnyRevision(session, known, start);
            }
            if (result instanceof Conflict conflict) {
                SessionRecord current = readable(conflict.current());
                if (current == null) {
                    return endAnyRevision(session, known, start);
                }
                if (session.mayEnd(current)) {
                    return end(session, current, takes, conflicts + 1);
                }
                session.end();
                return Stages.done(new Ended(false, null));
            }
            ended(session, known.header(), start);
            boolean was = result instanceof Applied;
            if (was) {
                context.observers().tell(o -> o.revoked(id, RevocationCause.SESSION));
            }
            return Stages.done(new Ended(was, was ? known : null));
        };
        return context.ask(
                        id,
                        store ->
                                ends.end(store, id, known.revision(), RevocationCause.SESSION, takes, session::revoked))
                .handle(answer)
                .thenCompose(ended -> ended);
    }

    /**
     * Ends a session whatever its revision: it is new, this version cannot read it, or others write to it too often.
     *
     * @param known its last state that is known; null if it is new, and its creation may be under way
     */
    private CompletionStage<Ended> endAnyRevision(
            TrackedSession session, @Nullable SessionRecord known, EventTime start) {
        return revocation
                .end(session.id(), RevocationCause.SESSION, known == null, session::revoked)
                .thenApply(was -> {
                    ended(session, known == null ? session.headerNow() : known.header(), start);
                    return new Ended(was, was ? known : null);
                });
    }

    private void ended(TrackedSession session, Header header, EventTime start) {
        index.takeOut(session.id(), IndexMembership.keys(header).keySet(), true, start);
        session.revoked();
    }

    public CompletionStage<Boolean> revoke(SessionId id) {
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE);
        return operation.on(revocation.end(id, RevocationCause.ID, false), Engine::revoked);
    }

    private static Outcome revoked(boolean was) {
        return was ? Outcome.DONE : Outcome.ABSENT;
    }

    public CompletionStage<List<SessionInfo>> list(IndexKey key) {
        MeasuredOperation operation = context.observers().begin(Operation.LIST);
        return operation.on(index.find(key), found -> Outcome.DONE);
    }

    public CompletionStage<Optional<SessionInfo>> info(SessionId id) {
        MeasuredOperation operation = context.observers().begin(Operation.LIST);
        CompletionStage<Optional<SessionInfo>> info = context.ask(id, store -> store.peek(id, SessionRecord.RECORD))
                .thenApply(stored -> stored.map(SessionRecord::of)
                        .filter(state -> !context.lifetimes().isPastDeadline(state.header(), context.now()))
                        .map(state -> index.info(id, state)));
        return operation.on(info, found -> found.isPresent() ? Outcome.DONE : Outcome.ABSENT);
    }

    public CompletionStage<SessionPage> page(IndexKey key, @Nullable String after, int size) {
        if (size < 1 || size > SessionPage.MAX_SIZE) {
            throw new IllegalArgumentException(
                    "The size of a page must be from 1 to " + SessionPage.MAX_SIZE + ", not " + size);
        }
        IndexCursor cursor = after == null
                ? null
                : IndexCursor.parse(after)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "This is not where a page ended: give SessionPage.next, or null for the first page"));
        MeasuredOperation operation = context.observers().begin(Operation.LIST);
        return operation.on(index.findPage(key, cursor, size), found -> Outcome.DONE);
    }

    public CompletionStage<Integer> revokeAll(IndexKey key, RevocationCause cause) {
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE_ALL);
        return operation.on(revocation.revokeAll(key, cause), count -> Outcome.DONE);
    }

    public CompletionStage<Integer> revokeOthers(Session kept) {
        TrackedSession session = TrackedSession.of(kept);
        Optional<String> principal = session.principal();
        if (principal.isEmpty()) {
            return CompletableFuture.completedFuture(0);
        }
        MeasuredOperation operation = context.observers().begin(Operation.REVOKE_ALL);
        IndexKey key = IndexKey.of(IndexKey.PRINCIPAL, principal.get());
        return operation.on(revokeOthers(key, session), count -> Outcome.DONE);
    }

    /**
     * If the sign-in of this session is not saved yet, the revocation would refuse it, since it was said before. So the session
     * is entered first. If the index names it, not marked, at the moment of the revocation, then no other revocation has come
     * in between, and the sign-in counts as later than this one.
     */
    private CompletionStage<Integer> revokeOthers(IndexKey key, TrackedSession session) {
        SessionId id = session.id();
        PrincipalChange signIn = session.unsavedSignIn();
        if (signIn == null) {
            return revocation.revokeOthers(key, id, marking -> {});
        }
        return index.admitOne(IndexMembership.signIn(context, key, session.id(), session.headerNow(), signIn))
                .thenCompose(admission -> revocation.revokeOthers(key, id, marking -> {
                    if (admission == Admission.ADMITTED && marking.exceptIsMember()) {
                        session.signedInAfter(marking.revocation(), signIn);
                    }
                }));
    }
}
