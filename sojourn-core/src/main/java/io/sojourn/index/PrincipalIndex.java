package io.sojourn.index;

import io.sojourn.LimitPolicy;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionPage;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Stages;
import io.sojourn.format.Header;
import io.sojourn.index.IndexVisitor.Visit;
import io.sojourn.observe.RevocationCause;
import io.sojourn.record.EventTime;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.EntryResult.Entered;
import io.sojourn.spi.EntryResult.Full;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.SessionIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Enters sessions in indexes, and finds them there.
 *
 * <p>An index and a session are changed one after the other, perhaps on two servers, and the process may die in between. So
 * this holds, whatever the order in which things happen and wherever they stop:
 *
 * <ul>
 *   <li><b>An index misses no session.</b> A session is entered first and written then. What an index names and is not there
 *       (any more) is harmless: a reader takes it out, unless it was entered a short while ago and may be on its way.
 *   <li><b>A revocation misses no session</b>; see {@link Revocation} for how.
 *   <li><b>A limit is never passed.</b> How many there are is counted, and which have to go is marked, at the moment of the
 *       entry; they are ended before the newcomer is written.
 * </ul>
 *
 * <p>Which came first, a sign-in or a revocation, is decided by how long ago each happened: the sign-in by this node's clock,
 * measured anew whenever the session is entered, the revocation by the store's. The request takes time, in which the
 * revocation may come. So the answer tells how long ago the last revocation was; if that may have been after the sign-in, the
 * session is entered again. A tie counts as a revocation that came later. A revocation that this JVM has made itself is the
 * exception: once it has been answered, a sign-in that is called in this JVM counts as later, see {@link KnownRevocations}.
 */
public final class PrincipalIndex {

    /** What was read longer ago than this is not acted upon: well below {@link SessionIndex#PENDING}. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    /** A write that comes longer after its entry than this is entered again; the rest of the time is for its way. */
    private static final Duration LATE = SessionIndex.PENDING.dividedBy(2);

    /** How often an entry is tried again, after room was found or a revocation came in between. */
    private static final int TRIES = 5;

    private final EngineContext context;
    private final Revocation revocation;
    private final IndexVisitor visitor;

    /** Sign-ins of one principal that find the index full at the same time look together for what is gone. */
    private final SharedRuns<IndexKey, Boolean> healing = new SharedRuns<>();

    private final RecentlyFull full;

    public PrincipalIndex(EngineContext context, Revocation revocation) {
        this.context = context;
        this.revocation = revocation;
        this.visitor = new IndexVisitor(context);
        this.full = new RecentlyFull(context);
    }

    /**
     * Enters a session that is about to be written.
     *
     * @param exists whether it is stored already. If it is refused as revoked, it is ended, or kept from being created
     */
    public CompletionStage<Admission> admit(SessionId id, List<EntryRequest> entries, boolean exists) {
        return entries.isEmpty() ? Stages.done(Admission.ADMITTED) : admit(id, entries, exists, TRIES);
    }

    private CompletionStage<Admission> admit(SessionId id, List<EntryRequest> entries, boolean exists, int tries) {
        EventTime start = context.moment();
        List<CompletionStage<Admission>> each =
                entries.stream().map(this::admitOne).toList();
        return Stages.all(each).thenCompose(results -> {
            if (results.contains(Admission.REVOKED)) {
                return end(id, entries, exists, Admission.REVOKED);
            }
            if (results.contains(Admission.FULL)) {
                return Stages.done(Admission.FULL);
            }
            return isLate(start) && tries > 0 ? admit(id, entries, exists, tries - 1) : Stages.done(Admission.ADMITTED);
        });
    }

    /** Whether an entry was made so long ago that it may not be pending any more when the session is written. */
    public boolean isLate(EventTime entered) {
        return context.age(entered).compareTo(LATE) > 0;
    }

    /**
     * As {@link #admit}, of a session that was written so long after its entry that a reader or a revocation may have missed
     * it: if it is not admitted, it is ended.
     */
    public CompletionStage<Admission> admitWritten(SessionId id, List<EntryRequest> entries) {
        return admit(id, entries, true)
                .thenCompose(admission ->
                        admission == Admission.FULL ? end(id, entries, true, admission) : Stages.done(admission));
    }

    /** An earlier write of a session that does not exist yet may be under way, if its answer was lost. */
    private CompletionStage<Admission> end(SessionId id, List<EntryRequest> entries, boolean exists, Admission reason) {
        RevocationCause cause = reason == Admission.FULL
                ? RevocationCause.LIMIT
                : entries.stream()
                        .map(entry -> causeOf(entry.key()))
                        .min(Comparator.naturalOrder())
                        .orElse(RevocationCause.PRINCIPAL);
        return revocation
                .end(id, cause, !exists)
                .thenCompose(was -> Stages.all(entries.stream()
                        .map(entry -> leave(entry.key(), List.of(id), true))
                        .toList()))
                .thenApply(left -> reason);
    }

    public CompletionStage<Admission> admitOne(EntryRequest request) {
        EventTime fullAt = endsOldest() && request.since() != null && request.limit() > 0
                ? full.since(request.key()).orElse(null)
                : null;
        return enter(request, fullAt, TRIES);
    }

    private boolean endsOldest() {
        return context.settings().whenLimitReached() == LimitPolicy.END_OLDEST;
    }

    /** @param fullAt when the index was found full, so that room is to be made now; null if that is not known */
    private CompletionStage<Admission> enter(EntryRequest request, @Nullable EventTime fullAt, int tries) {
        boolean makeRoom = fullAt != null;
        EventTime since = request.since();
        EventTime start = context.moment();
        long known = since == null ? 0 : KnownRevocations.OF_THIS_JVM.before(request.key(), since);
        Duration age = since == null ? Duration.ZERO : context.age(since);
        return context.ask(request.id(), store -> store.enter(request.entry(age, known, makeRoom)))
                .thenCompose(result -> {
                    if (result instanceof Entered entered) {
                        boolean isLater = since == null || isLater(since, entered, known);
                        boolean reached = fullAt != null && !isRevokedSince(fullAt, entered);
                        if (makeRoom && !reached) {
                            full.forget(request.key()); // What fills it from now on will have to go for want of room.
                        }
                        if (reached && !entered.marked().isEmpty()) {
                            context.observers().tell(o -> o.limitReached(request.id()));
                        }
                        return revocation
                                .endMarkedNow(
                                        request.key(),
                                        entered.marked(),
                                        reached ? RevocationCause.LIMIT : causeOf(request.key()))
                                .thenCompose(ended -> isLater
                                        ? Stages.done(Admission.ADMITTED)
                                        : tries == 0
                                                ? Stages.done(Admission.REVOKED) // It cannot be told which came first.
                                                : enter(request, fullAt, tries - 1));
                    }
                    return result instanceof Full found
                            ? makeRoom(request, found, start, tries)
                            : Stages.done(Admission.REVOKED);
                });
    }

    /** The cause that is told of members which an earlier revocation has marked, and not ended because it was interrupted. */
    private static RevocationCause causeOf(IndexKey key) {
        return key.name().equals(IndexKey.PRINCIPAL) ? RevocationCause.PRINCIPAL : RevocationCause.INDEX;
    }

    /** Whether all members were marked since then, so that those which are marked now do not go for want of room. */
    private boolean isRevokedSince(EventTime since, Entered entered) {
        Duration revokedAgo = entered.revokedAgo();
        return revokedAgo != null && revokedAgo.compareTo(context.age(since)) <= 0;
    }

    /** Whether a binding began after the last revocation, or after a revocation that it knew. */
    private boolean isLater(EventTime since, Entered entered, long known) {
        Duration revokedAgo = entered.revokedAgo();
        return revokedAgo == null || entered.revocation() <= known || revokedAgo.compareTo(context.age(since)) > 0;
    }

    /**
     * Makes room in a full index, and enters the session again. It first takes out members whose session is gone, and then, if the
     * policy is to end the oldest, ends the oldest. It does not look at pending members, because they stay even if their session is gone.
     */
    private CompletionStage<Admission> makeRoom(EntryRequest request, Full found, EventTime start, int tries) {
        IndexKey key = request.key();
        List<IndexMember> removable =
                found.soonest().stream().filter(member -> !member.pending()).toList();
        if (removable.isEmpty() && endsOldest()) {
            full.found(key, start);
            return enter(request, start, tries);
        }
        return healing.run(key, () -> visitor.visitAll(key, removable).thenCompose(visits -> heal(key, visits, start)))
                .thenCompose(healed -> {
                    if (endsOldest()) {
                        return enter(request, start, tries);
                    }
                    if (healed && tries > 0) {
                        return enter(request, null, tries - 1);
                    }
                    context.observers().tell(o -> o.limitReached(request.id()));
                    return Stages.done(Admission.FULL);
                });
    }

    /** Takes a session out of indexes that it is not in any more; the caller does not wait for it. */
    public void takeOut(SessionId id, Collection<IndexKey> keys, boolean ended, EventTime since) {
        if (isFresh(since)) {
            keys.forEach(key -> {
                CompletionStage<Boolean> unused = leave(key, List.of(id), ended);
            });
        }
    }

    private record Found(
            List<SessionInfo> sessions, @Nullable IndexCursor next, boolean more) {}

    /** The live sessions in an index, those first that have the value the longest; at most {@link SessionPage#MAX_SIZE}. */
    public CompletionStage<List<SessionInfo>> find(IndexKey key) {
        return Stages.repeat(new Found(new ArrayList<>(), null, true), Found::more, found -> {
                    int rest = SessionPage.MAX_SIZE - found.sessions().size();
                    return page(key, found.next(), rest).thenApply(page -> {
                        found.sessions().addAll(page.sessions());
                        return new Found(
                                found.sessions(),
                                page.next(),
                                page.next() != null && found.sessions().size() < SessionPage.MAX_SIZE);
                    });
                })
                .thenApply(found -> List.copyOf(found.sessions()));
    }

    /** One page; it has fewer sessions than asked for where the index names some that are gone. */
    public CompletionStage<SessionPage> findPage(IndexKey key, @Nullable IndexCursor after, int size) {
        return page(key, after, size)
                .thenApply(found -> new SessionPage(
                        found.sessions(), Optional.ofNullable(found.next()).map(IndexCursor::toString)));
    }

    private CompletionStage<Found> page(IndexKey key, @Nullable IndexCursor after, int size) {
        EventTime start = context.moment();
        return context.ask(null, store -> store.page(key, after, size))
                .thenCompose(page -> revocation
                        .endMarked(key, page.marked(), causeOf(key))
                        .thenCompose(ended -> visitor.visitAll(key, page.members()))
                        .thenApply(visits -> found(key, page, visits, start)));
    }

    private Found found(IndexKey key, IndexPage page, List<Visit> visits, EventTime start) {
        CompletionStage<Boolean> unused = heal(key, visits, start);
        List<SessionInfo> sessions = visits.stream()
                .filter(Visit::belongs)
                .map(visit -> info(visit.member().id(), visit.state().orElseThrow()))
                .toList();
        return new Found(sessions, page.next(), page.next() != null);
    }

    /** What can be told of a session. */
    public SessionInfo info(SessionId id, SessionRecord state) {
        Header header = state.header();
        long end = context.lifetimes().end(header, state.touchedAt());
        return new SessionInfo(
                id,
                Optional.ofNullable(header.principal()),
                Instant.ofEpochMilli(header.createdAt()),
                Optional.of(header.details().authenticatedAt())
                        .filter(at -> at != Header.NONE && header.principal() != null)
                        .map(Instant::ofEpochMilli),
                Instant.ofEpochMilli(state.touchedAt()),
                end == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(end)),
                header.details().labels());
    }

    /** Takes out what is gone or has another value. Tells whether there was anything, even if another call took it out. */
    private CompletionStage<Boolean> heal(IndexKey key, List<Visit> visits, EventTime start) {
        List<SessionId> stale = visits.stream()
                .filter(Visit::isStale)
                .map(visit -> visit.member().id())
                .toList();
        return stale.isEmpty() || !isFresh(start)
                ? Stages.done(false)
                : leave(key, stale, false).thenApply(left -> true);
    }

    private boolean isFresh(EventTime start) {
        return context.age(start).compareTo(FRESH) < 0;
    }

    private CompletionStage<Boolean> leave(IndexKey key, List<SessionId> ids, boolean ended) {
        return context.ask(null, store -> store.leave(key, ids, ended));
    }
}
