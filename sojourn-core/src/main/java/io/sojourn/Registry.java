package io.sojourn;

import io.sojourn.SessionDelta.PrincipalChange;
import io.sojourn.format.Header;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.EntryResult.Entered;
import io.sojourn.spi.EntryResult.Full;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.Revocation;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds and ends sessions by whom they belong to.
 *
 * <p>An index and a session are changed one after the other, perhaps on two servers, and whoever does it may die in between.
 * So this holds, whatever the order in which things happen and wherever they stop:
 *
 * <ul>
 *   <li><b>An index misses no session.</b> A session is entered first and written then. What an index names and is not there
 *       (any more) is harmless: a reader takes it out, unless it was entered a short while ago and may be on its way.
 *   <li><b>A revocation misses no session.</b> It begins by marking, at one moment, all that the index names; a marked
 *       session cannot be entered again. Then it ends them. One that is entered and not written yet is kept from being
 *       written: from being created by a prohibition, from being changed by another change. One that is entered later, or
 *       again after such a conflict, is refused if its sign-in had begun before.
 *   <li><b>A limit is never passed.</b> How many there are is counted, and who has to go is marked, at the moment of the
 *       entry; who has to go is ended before the newcomer is written.
 *   <li><b>What was begun is finished.</b> Marks stay until the session has been ended. If that was cut short, whoever next
 *       reads the index, signs in or prolongs the session goes on with it.
 * </ul>
 */
final class Registry {

    /** What was read longer ago than this is not acted upon: well below {@link SessionStore#PENDING}. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How often an entry is tried again, after room was found or a revocation came in between. */
    private static final int TRIES = 5;

    /** A session that an index names, as it was found. */
    private record Visit(IndexMember member, Optional<SessionRecord> state, boolean readable, boolean belongs) {

        /** Gone or bound to something else, and no write is on its way. */
        boolean isStale() {
            return readable && !belongs && !member.pending() && !member.marked();
        }

        long authenticatedAt() {
            return state.map(there -> Math.max(
                            there.header().details().authenticatedAt(),
                            there.header().createdAt()))
                    .orElse(Long.MAX_VALUE);
        }
    }

    private final EngineContext context;

    Registry(EngineContext context) {
        this.context = context;
    }

    /**
     * Enters a session that is about to be written.
     *
     * @param exists whether it is stored already; then it is ended if it is refused as revoked
     */
    CompletionStage<Entrance> enter(SessionId id, List<IndexEntry> entries, boolean exists) {
        List<CompletionStage<Entrance>> each =
                entries.stream().map(entry -> enter(entry, TRIES)).toList();
        return all(each).thenCompose(results -> {
            if (!results.contains(Entrance.REVOKED)) {
                return done(results.contains(Entrance.FULL) ? Entrance.FULL : Entrance.ENTERED);
            }
            if (!exists) {
                return done(Entrance.REVOKED);
            }
            return delete(id, Revocation.PRINCIPAL)
                    .thenCompose(was -> all(entries.stream()
                            .map(entry -> leave(entry.key(), List.of(id), true))
                            .toList()))
                    .thenApply(left -> Entrance.REVOKED);
        });
    }

    private CompletionStage<Entrance> enter(IndexEntry entry, int tries) {
        long start = System.nanoTime();
        long sent = context.now();
        return ask(entry.id(), store -> store.enter(entry)).thenCompose(result -> {
            if (result instanceof Entered entered) {
                return end(entry.key(), entered.marked(), Revocation.LIMIT)
                        .thenCompose(count -> confirm(entry, entered, Math.max(0, context.now() - sent), tries));
            }
            return result instanceof Full full ? makeRoom(entry, full.members(), start, tries) : done(Entrance.REVOKED);
        });
    }

    /**
     * The store has compared the last revocation with when the binding had begun, as it was when the request left here. It may
     * have come in between. If that is possible, the store is asked once more: either it knows better then, or the answer
     * comes soon enough to tell.
     */
    private CompletionStage<Entrance> confirm(IndexEntry entry, Entered entered, long tookMillis, int tries) {
        Binding binding = entry.binding();
        Duration revokedAgo = entered.revokedAgo();
        if (binding == null || revokedAgo == null) {
            return done(Entrance.ENTERED);
        }
        Duration age = binding.age().plusMillis(tookMillis);
        if (revokedAgo.compareTo(age) >= 0) {
            return done(Entrance.ENTERED);
        }
        if (tries == 0) {
            return done(Entrance.REVOKED); // To be on the safe side.
        }
        Binding older = new Binding(age, binding.limit(), binding.makeRoom(), binding.first());
        return enter(new IndexEntry(entry.key(), entry.id(), entry.timeToLive(), older), tries - 1);
    }

    /** First by taking out what is gone anyway; then, if that is the policy, by ending the oldest. */
    private CompletionStage<Entrance> makeRoom(IndexEntry entry, List<IndexMember> members, long start, int tries) {
        IndexKey key = entry.key();
        Binding binding = entry.binding();
        if (binding == null || binding.makeRoom()) {
            throw new IllegalStateException("Only a binding that makes no room can find the index full");
        }
        return visit(key, members.stream().filter(member -> !member.marked()).toList())
                .thenCompose(visits -> heal(key, visits, start).thenCompose(healed -> {
                    if (context.settings().whenLimitReached() == LimitPolicy.END_OLDEST) {
                        List<SessionId> oldestFirst = visits.stream()
                                .sorted(Comparator.comparingLong(Visit::authenticatedAt))
                                .map(visit -> visit.member().id())
                                .toList();
                        long there = visits.stream()
                                .filter(visit -> !visit.isStale())
                                .count();
                        if (there >= binding.limit()) {
                            context.observers().tell(o -> o.limitReached(entry.id()));
                        }
                        Binding making = new Binding(binding.age(), binding.limit(), true, oldestFirst);
                        return enter(new IndexEntry(key, entry.id(), entry.timeToLive(), making), tries);
                    }
                    if (healed && tries > 0) {
                        return enter(entry, tries - 1);
                    }
                    context.observers().tell(o -> o.limitReached(entry.id()));
                    return done(Entrance.FULL);
                }));
    }

    /** Takes a session out of indexes that it is not in any more; nobody waits for it. */
    void left(SessionId id, Collection<IndexKey> keys, boolean ended, long sinceNanos) {
        if (System.nanoTime() - sinceNanos < FRESH_NANOS) {
            keys.forEach(key -> {
                CompletionStage<Boolean> unused = leave(key, List.of(id), ended);
            });
        }
    }

    /** The live sessions in an index. */
    CompletionStage<List<SessionInfo>> find(IndexKey key) {
        long start = System.nanoTime();
        return askIndex(store -> store.members(key))
                .thenCompose(members -> end(key, marked(members), Revocation.INDEX)
                        .thenCompose(ended -> visit(
                                key,
                                members.stream()
                                        .filter(member -> !member.marked())
                                        .toList())))
                .thenApply(visits -> {
                    CompletionStage<Boolean> unused = heal(key, visits, start);
                    return visits.stream()
                            .filter(visit -> visit.belongs())
                            .map(visit ->
                                    info(visit.member().id(), visit.state().orElseThrow()))
                            .toList();
                });
    }

    /** Ends all sessions in an index but one, and tells how many there were. */
    CompletionStage<Integer> revoke(IndexKey key, @Nullable SessionId except, Revocation verb) {
        return revoke(key, except, verb, 0);
    }

    /**
     * Ends all sessions in an index but this one. If its sign-in is not saved yet, it would be refused as one that was said
     * before a revocation; so from now on it counts as said after this one. But nobody else's may be passed over with it: who
     * revoked it in the meantime has marked it or taken it out, since it was entered before and nothing else does that so soon.
     */
    CompletionStage<Integer> revokeOthers(IndexKey key, TrackedSession session) {
        SessionId id = session.id();
        PrincipalChange signIn = session.unsavedSignIn();
        if (signIn == null) {
            return revoke(key, id, Revocation.OTHERS);
        }
        IndexEntry entry = Membership.signIn(context, key, session, signIn);
        return enter(entry, TRIES)
                .thenCompose(entrance -> revoke(key, id, Revocation.OTHERS)
                        .thenCompose(count -> entrance == Entrance.ENTERED
                                ? repeat(key, session, signIn).thenApply(done -> count)
                                : done(count)));
    }

    private CompletionStage<Boolean> repeat(IndexKey key, TrackedSession session, PrincipalChange signIn) {
        SessionId id = session.id();
        long now = context.now(); // Before the question: a revocation after it comes later than that.
        return askIndex(store -> store.members(key)).thenApply(members -> {
            boolean stays = members.stream().anyMatch(member -> member.id().equals(id) && !member.marked());
            return stays && session.repeatSignIn(signIn, now);
        });
    }

    private CompletionStage<Integer> revoke(IndexKey key, @Nullable SessionId except, Revocation verb, int before) {
        return askIndex(store -> store.mark(key, except))
                .thenCompose(marked -> marked.isEmpty()
                        ? done(before)
                        : end(key, marked, verb)
                                .thenCompose(count -> marked.size() < SessionStore.MARK_AT_MOST
                                        ? done(before + count)
                                        : revoke(key, except, verb, before + count)));
    }

    private static List<IndexMember> marked(List<IndexMember> members) {
        return members.stream().filter(IndexMember::marked).toList();
    }

    /** Ends marked sessions and takes them out; tells how many there were. */
    private CompletionStage<Integer> end(IndexKey key, List<IndexMember> marked, Revocation verb) {
        if (marked.isEmpty()) {
            return done(0);
        }
        List<CompletionStage<Boolean>> ends =
                marked.stream().map(member -> end(key, member, verb)).toList();
        List<SessionId> ids = marked.stream().map(IndexMember::id).toList();
        return all(ends)
                .thenCompose(ended -> leave(key, ids, true).thenApply(left ->
                        (int) ended.stream().filter(was -> was).count()));
    }

    private CompletionStage<Boolean> end(IndexKey key, IndexMember member, Revocation verb) {
        SessionId id = member.id();
        return visit(new Belonging(key), member).thenCompose(visit -> {
            if (!visit.readable() || visit.belongs()) {
                return delete(id, verb);
            }
            if (!member.pending()) {
                return done(false); // Gone, or somebody else's by now.
            }
            return visit.state().isEmpty()
                    ? forbid(id, verb)
                    : fence(key, id, visit.state().get(), verb);
        });
    }

    /**
     * Keeps a session from being bound by a write that is under way: by a write that changes nothing but the revision. The
     * other one then finds a conflict, enters the session again, and is refused.
     */
    private CompletionStage<Boolean> fence(IndexKey key, SessionId id, SessionRecord state, Revocation verb) {
        SessionWrite nothing = PreparedWrite.nothing(context, id, state);
        return ask(id, store -> store.commit(nothing))
                .thenCompose(result -> result instanceof Conflict conflict && belongsTo(key, conflict)
                        ? delete(id, verb)
                        : done(false));
    }

    private static boolean belongsTo(IndexKey key, Conflict conflict) {
        try {
            return new Belonging(key)
                    .includes(SessionRecord.of(conflict.current()).header());
        } catch (UnreadableSessionException e) {
            return true;
        }
    }

    /** Ends a session. */
    CompletionStage<Boolean> delete(SessionId id, Revocation verb) {
        return ask(id, store -> store.delete(id)).thenApply(was -> told(id, was, verb));
    }

    /** Ends a session whose creation may be under way. */
    CompletionStage<Boolean> forbid(SessionId id, Revocation verb) {
        return ask(id, store -> store.forbid(id)).thenApply(was -> told(id, was, verb));
    }

    private boolean told(SessionId id, boolean was, Revocation verb) {
        if (was) {
            context.observers().tell(o -> o.revoked(id, verb));
        }
        return was;
    }

    private CompletionStage<List<Visit>> visit(IndexKey key, List<IndexMember> members) {
        Belonging belonging = new Belonging(key);
        return all(members.stream().map(member -> visit(belonging, member)).toList());
    }

    private CompletionStage<Visit> visit(Belonging belonging, IndexMember member) {
        SessionId id = member.id();
        return ask(id, store -> store.load(id)).handle((stored, failure) -> {
            try {
                if (failure != null) {
                    throw Waiting.sojournException(failure);
                }
                Optional<SessionRecord> state = stored.map(SessionRecord::of)
                        .filter(there -> !context.lifetimes().isPastDeadline(there.header(), context.now()));
                boolean belongs = state.filter(there -> belonging.includes(there.header()))
                        .isPresent();
                return new Visit(member, state, true, belongs);
            } catch (UnreadableSessionException e) {
                context.observers().tell(o -> o.unreadableSession(id, e));
                return new Visit(member, Optional.empty(), false, false);
            }
        });
    }

    /** Takes out what is gone or elsewhere. */
    private CompletionStage<Boolean> heal(IndexKey key, List<Visit> visits, long start) {
        List<SessionId> stale = visits.stream()
                .filter(visit -> visit.isStale())
                .map(visit -> visit.member().id())
                .toList();
        return stale.isEmpty() || System.nanoTime() - start > FRESH_NANOS ? done(false) : leave(key, stale, false);
    }

    private SessionInfo info(SessionId id, SessionRecord state) {
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

    private CompletionStage<Boolean> leave(IndexKey key, List<SessionId> ids, boolean ended) {
        return askIndex(store -> store.leave(key, ids, ended));
    }

    private <T> CompletionStage<T> ask(SessionId id, Function<SessionStore, CompletionStage<T>> question) {
        return context.ask(id, question);
    }

    private <T> CompletionStage<T> askIndex(Function<SessionStore, CompletionStage<T>> question) {
        return context.ask(null, question);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    /** The values of all stages, in order; fails if one of them does. */
    private static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> stages) {
        List<CompletableFuture<T>> futures =
                stages.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<T> values = new ArrayList<>(futures.size());
                    futures.forEach(future -> values.add(future.join()));
                    return values;
                });
    }
}
