package io.sojourn.redis.command;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.log.SettingName;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.operation.LargeSessions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.EndHash;
import io.sojourn.redis.script.EndStream;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the ends of sessions: one sorted set of due times for each shard, and one hash for each session that ends soon or has
 * ended. That hash has to be in the same slot of a cluster as the session, so that the session can be copied there.
 */
final class EndCommands implements SessionEnds {

    private static final String CHANGE = "A change of when a session is due, which may still be made,";

    /** In place of a reply: the slot is being moved. */
    private static final Object MOVING = new Object();

    /** In place of the revision of a copy that may be replaced. */
    private static final byte[] ANY = {'*'};

    private static final byte[] NONE = {};

    private static final int TRIED_AT_MOST = 10_000;

    /** For how long at most a node says that it has listeners. */
    private static final Duration LISTENS_AT_MOST = Duration.ofMinutes(5);

    private static final String NOTE = "The note that an end was told, which may still be made,";
    private static final String LOOK = "A look at a session that may have ended";

    private final SessionCommands sessions;
    private final Operations operations;
    private final boolean isTagged;

    /** Ends whose entry in the stream is to be tried again, and what the last try has made; the eldest leave. */
    private final Map<Sharing, String> tried = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Sharing, String> eldest) {
            return size() > TRIED_AT_MOST;
        }
    });

    /** What tells an end from others that are shared. */
    private record Sharing(SessionId id, Instant at) {}

    EndCommands(SessionCommands sessions) {
        this.sessions = sessions;
        this.operations = sessions.operations;
        this.isTagged = isTagged(sessions.keyPrefix);
    }

    /** Whether the prefix alone says in which slot of a cluster all keys are. */
    private static boolean isTagged(String prefix) {
        int open = prefix.indexOf('{');
        int close = open < 0 ? -1 : prefix.indexOf('}', open);
        boolean tagged = close > open + 1;
        if (!tagged && (open >= 0 || prefix.indexOf('}') >= 0)) {
            throw new IllegalArgumentException("Recorded ends of sessions, " + SettingName.END_EVENTS
                    + ", need a prefix without braces, or with a hash tag such as {shop}, as "
                    + SettingName.PREFIX + "; "
                    + prefix.substring(0, prefix.length() - 1) + " has braces that are no hash tag");
        }
        return tagged;
    }

    /** One stream for all ends, so that a node asks for them with one command. */
    private String stream() {
        return sessions.keyPrefix + "@told";
    }

    private String shard(int shard) {
        return sessions.keyPrefix + "@due:" + shard;
    }

    private String shard(SessionId id) {
        return shard(SessionEnds.shard(id));
    }

    /** The slot of a key depends on what is in its first pair of braces alone, if there is one. */
    private String copy(SessionId id) {
        return isTagged ? sessions.keyPrefix + "@end:" + id : sessions.keyPrefix + "@end:{" + sessions.key(id) + "}";
    }

    /** All commands to one server travel over one connection, in the order in which they were sent. */
    @Override
    public boolean isOrdered() {
        return !operations.connection().isCluster();
    }

    private CompletionStage<Optional<EndClaim>> change(SessionId id, byte[][] arguments) {
        return operations.durably(
                CHANGE,
                shard(id),
                commands -> Script.DUE.run(commands, shard(id), arguments),
                reply -> EndHash.claim(id, reply),
                Optional::isPresent);
    }

    @Override
    public CompletionStage<Boolean> enter(SessionId id, Duration due) {
        return change(id, EndHash.enter(id, due)).thenApply(Optional::isPresent);
    }

    @Override
    public CompletionStage<Optional<EndClaim>> takeOver(SessionId id, Duration lease) {
        return change(id, EndHash.takeOver(id, lease));
    }

    @Override
    public CompletionStage<DueSessions> claim(int shard, int count, Duration lease, Duration overdue) {
        return operations.answer(
                "A search for sessions that have ended",
                commands -> Script.CLAIM.run(commands, shard(shard), EndHash.claim(count, lease, overdue)),
                EndHash::due);
    }

    @Override
    public CompletionStage<Optional<EndClaim>> extend(EndClaim claim, Duration lease) {
        return change(claim.id(), EndHash.extend(claim, lease));
    }

    @Override
    public CompletionStage<Boolean> handBack(EndClaim claim, Duration due, boolean missing) {
        return change(claim.id(), EndHash.handBack(claim, due, missing)).thenApply(Optional::isPresent);
    }

    @Override
    public CompletionStage<Boolean> remove(EndClaim claim) {
        return change(claim.id(), EndHash.remove(claim)).thenApply(Optional::isPresent);
    }

    @Override
    public CompletionStage<SessionEnds.State> look(SessionId id) {
        return look(id, sessions.key(id), copy(id));
    }

    private CompletionStage<SessionEnds.State> look(SessionId id, String... keys) {
        return operations
                .answer(
                        LOOK,
                        commands -> quietly(Script.LOOK.run(commands, keys, EndHash.look(SizeGuard.LARGE))),
                        reply -> reply)
                .thenCompose(reply -> reply == MOVING ? lookInParts(id) : state(id, reply));
    }

    private CompletionStage<SessionEnds.State> state(SessionId id, Object reply) {
        return EndHash.largeBytes(reply) > 0
                ? operations
                        .large()
                        .load(copy(id), EndHash.largeBytes(reply), null)
                        .handle((loaded, failure) -> EndHash.ended(reply, () -> {
                            if (failure != null) {
                                // Redis has answered the look. So this is tried again with pauses, and given up some
                                // time.
                                Throwable cause = LettuceExceptions.cause(failure);
                                throw cause instanceof UnreadableSessionException unreadable
                                        ? unreadable
                                        : new UnreadableSessionException(
                                                "What the ended session held cannot be loaded: " + cause.getMessage(),
                                                cause);
                            }
                            return SessionHash.loaded(loaded).session();
                        }))
                : CompletableFuture.completedFuture(reply).thenApply(EndHash::state);
    }

    /**
     * While a slot moves, which may take long or never be finished. A session that cannot be read is not copied. First a look at the
     * copy: if it has a cause, and the session lives afterwards, that end has failed or is not finished.
     */
    private CompletionStage<SessionEnds.State> lookInParts(SessionId id) {
        return operations
                .answer(
                        LOOK,
                        commands -> commands.hget(copy(id), SessionHash.REVISION),
                        kept -> Optional.ofNullable(kept))
                .exceptionally(failure -> Optional.empty()) // Of another program, for example.
                .thenCompose(kept -> lookInParts(id, kept.orElse(NONE)));
    }

    private CompletionStage<SessionEnds.State> lookInParts(SessionId id, byte[] kept) {
        String key = sessions.key(id);
        CompletionStage<Long> timeToLive = operations.answer(LOOK, commands -> commands.pttl(key), left -> left);
        return operations
                .answer(LOOK, commands -> commands.hmget(key, SessionHash.REVISION, EndHash.NOTE), fields -> fields)
                .thenCombine(timeToLive, (fields, left) -> {
                    if (!fields.get(0).hasValue()) {
                        return fields.get(1).hasValue()
                                ? CompletableFuture.<SessionEnds.State>completedFuture(new SessionEnds.State.Told())
                                : look(id, copy(id));
                    }
                    Duration rest = left < 0 ? null : Duration.ofMillis(left);
                    return rest == null || rest.compareTo(LEAD) > 0
                            ? CompletableFuture.<SessionEnds.State>completedFuture(new SessionEnds.State.Lives(rest))
                            : copyInParts(id, rest, kept);
                })
                .thenCompose(state -> state);
    }

    private CompletionStage<SessionEnds.State> copyInParts(SessionId id, Duration left, byte[] kept) {
        return sessions.load(id)
                .thenCompose(found -> found.isEmpty()
                        ? look(id, copy(id))
                        : keep(id, found.get(), left, "", kept)
                                .thenApply(changed -> new SessionEnds.State.Ending(left, changed)));
    }

    private CompletionStage<Boolean> keep(
            SessionId id, StoredSession last, Duration left, String cause, byte[] replaced) {
        return operations.durably(
                "The copy of a session",
                copy(id),
                commands -> Script.KEEP.run(commands, copy(id), EndHash.keep(last, left, cause, replaced)),
                changed -> Long.valueOf(1).equals(changed),
                changed -> true);
    }

    /** Loads as a look does: it may be large. */
    @Override
    public CompletionStage<Optional<StoredSession>> kept(SessionId id) {
        return operations
                .answer(
                        LOOK,
                        commands -> Script.LOAD.run(commands, copy(id), LargeSessions.arguments(SizeGuard.LARGE, null)),
                        reply -> reply)
                .thenCompose(reply -> SessionHash.largeBytes(reply) > 0
                        ? operations.large().load(copy(id), SessionHash.largeBytes(reply), null)
                        : CompletableFuture.completedFuture(reply))
                .thenApply(reply -> SessionHash.loaded(reply).session().map(EndHash::kept));
    }

    @Override
    public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
        String[] keys = {sessions.key(id), copy(id)};
        boolean leavesTombstone = forbids || operations.durability() != null;
        return operations
                .durably(
                        "A deletion, which may still be applied,",
                        sessions.key(id),
                        commands ->
                                quietly(Script.END.run(commands, keys, EndHash.end(revision, cause, leavesTombstone))),
                        reply -> reply,
                        reply -> reply != MOVING && !SessionHash.isConflict(reply))
                .thenCompose(reply ->
                        reply == MOVING ? endInParts(id, revision, cause, forbids) : sessions.result(id, reply));
    }

    /** That a slot is moving is no failure. */
    private static CompletionStage<Object> quietly(CompletionStage<Object> reply) {
        return reply.exceptionallyCompose(failure -> LettuceExceptions.isTryAgain(failure)
                ? CompletableFuture.completedFuture(MOVING)
                : CompletableFuture.failedFuture(failure));
    }

    /**
     * While a slot moves, a cluster takes no command with two keys in it. First the copy: if this node dies in between, the session lives
     * on, and the next look makes another copy. After the deletion the copy is made again: what was deleted is the last state, and a look
     * or another end may have made another copy before. A session that cannot be read is ended without a copy, because it must not live on.
     */
    private CompletionStage<CommitResult> endInParts(SessionId id, long revision, String cause, boolean forbids) {
        return sessions.load(id)
                .handle((found, failure) -> {
                    if (failure == null) {
                        return endInParts(id, revision, cause, forbids, found.orElse(null));
                    }
                    return LettuceExceptions.cause(failure) instanceof UnreadableSessionException
                            ? endWithoutCopy(id, revision, forbids)
                            : CompletableFuture.<CommitResult>failedFuture(failure);
                })
                .thenCompose(ended -> ended);
    }

    private CompletionStage<CommitResult> endWithoutCopy(SessionId id, long revision, boolean forbids) {
        return revision == SessionWrite.ABSENT ? endAny(id, forbids) : sessions.delete(id, revision);
    }

    private CompletionStage<CommitResult> endAny(SessionId id, boolean forbids) {
        return (forbids ? sessions.tombstone(id) : sessions.delete(id))
                .thenApply(was -> was ? CommitResult.APPLIED : CommitResult.GONE);
    }

    private CompletionStage<CommitResult> endInParts(
            SessionId id, long revision, String cause, boolean forbids, @Nullable StoredSession last) {
        if (last == null) {
            return endAny(id, forbids);
        }
        if (revision != SessionWrite.ABSENT && last.revision() != revision) {
            return CompletableFuture.completedFuture(new CommitResult.Conflict(last));
        }
        return keep(id, last, Duration.ZERO, cause, NONE)
                .thenCompose(kept -> sessions.delete(id, last.revision()))
                .thenCompose(result -> {
                    if (result instanceof CommitResult.Applied) {
                        return keep(id, last, Duration.ZERO, cause, ANY).handle((kept, failure) -> result);
                    }
                    return result instanceof CommitResult.Conflict
                            ? removeCopy(id, last.revision())
                                    .handle((removed, failure) -> result)
                                    .thenCompose(done -> revision == SessionWrite.ABSENT
                                            ? endInParts(id, revision, cause, forbids)
                                            : CompletableFuture.completedFuture(done))
                            : CompletableFuture.completedFuture(result);
                });
    }

    /** Only the copy of this revision: the session lives at another one, and another end may have made a copy of that. */
    private CompletionStage<Object> removeCopy(SessionId id, long revision) {
        return operations.answer(
                "The removal of a copy",
                commands -> Script.DELETE.run(commands, copy(id), SessionHash.deletion(revision, false)),
                reply -> reply);
    }

    private CompletionStage<Long> removeCopy(SessionId id) {
        return operations.answer("The removal of a copy", commands -> commands.unlink(copy(id)), count -> count);
    }

    /** Several steps, since they need not be one: once there is the note, no search asks for the copy. */
    @Override
    public CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node) {
        CompletionStage<Boolean> noted = node == null || node.isEmpty() ? note(id, end) : shareAndNote(id, end, node);
        return noted.thenApply(done -> {
            CompletionStage<?> unused = node == null ? removeCopy(id) : limitCopy(id);
            return done;
        });
    }

    private CompletionStage<Boolean> note(SessionId id, PastEnd end) {
        String key = sessions.key(id);
        return operations.durably(
                NOTE, key, commands -> Script.TOLD.run(commands, key, EndHash.told(end)), reply -> true, reply -> true);
    }

    /**
     * Once the other nodes can read of the end it is noted, though a replica of the stream is away: the note would be missing for as
     * long, and the end told again.
     */
    private CompletionStage<Boolean> shareAndNote(SessionId id, PastEnd end, String node) {
        Sharing sharing = new Sharing(id, end.at());
        return share(sharing, end, node)
                .handle((shared, failure) -> failure == null
                        ? note(id, end)
                        : isEntry(tried.get(sharing))
                                ? note(id, end).thenCompose(done -> CompletableFuture.<Boolean>failedFuture(failure))
                                : CompletableFuture.<Boolean>failedFuture(failure))
                .thenCompose(noted -> noted);
    }

    private static boolean isEntry(@Nullable String tried) {
        return tried != null && !tried.equals(EndStream.UNKNOWN);
    }

    /** If replicas do not have it, or the answer is lost, a repeat finds the entry and makes no other one. */
    private CompletionStage<Boolean> share(Sharing sharing, PastEnd end, String node) {
        String before = tried.getOrDefault(sharing, EndStream.FIRST);
        AtomicReference<String> entry =
                new AtomicReference<>(before.equals(EndStream.FIRST) ? EndStream.UNKNOWN : before);
        byte[][] arguments = EndStream.share(sharing.id, end, node, before);
        return operations
                .durably(
                        NOTE,
                        stream(),
                        commands -> Script.SHARE.run(commands, stream(), arguments),
                        reply -> {
                            entry.set(EndStream.entry(reply));
                            return true;
                        },
                        reply -> true)
                .whenComplete((shared, failure) -> {
                    if (failure == null) {
                        tried.remove(sharing);
                    } else {
                        tried.put(sharing, entry.get());
                    }
                });
    }

    @Override
    public CompletionStage<Boolean> share(SessionId id, PastEnd end, String node, String cause) {
        Sharing sharing = new Sharing(id, end.at());
        return share(sharing, end, node)
                .handle((shared, failure) -> failure == null || isEntry(tried.remove(sharing))
                        ? changeCause(id, cause).thenApply(changed -> true)
                        : CompletableFuture.<Boolean>failedFuture(failure))
                .thenCompose(done -> done);
    }

    /** Also if no replica has the entry yet: the other nodes can read it, and are not to be told again. */
    private CompletionStage<Boolean> changeCause(SessionId id, String cause) {
        return operations.durably(
                "The cause of an end",
                copy(id),
                commands -> Script.CAUSE.run(commands, copy(id), SessionHash.texts(cause)),
                changed -> Long.valueOf(1).equals(changed),
                changed -> changed);
    }

    @Override
    public CompletionStage<Boolean> listens(String node, Duration stays) {
        Duration holds = stays.compareTo(LISTENS_AT_MOST) < 0 ? stays : LISTENS_AT_MOST;
        byte[][] arguments =
                SessionHash.texts(node, Long.toString(holds.toMillis()), Long.toString(LISTENS_AT_MOST.toMillis()));
        return operations.answer(
                "A look for nodes with listeners",
                commands -> Script.LISTEN.run(commands, sessions.keyPrefix + "@listening", arguments),
                nodes -> ((Long) nodes) > 0);
    }

    @Override
    public CompletionStage<Boolean> isListened() {
        return listens("", Duration.ZERO);
    }

    @Override
    public CompletionStage<SharedEnds> shared(@Nullable String after, int count) {
        return operations.answer(
                "A look for ends that were told",
                commands -> Script.SHARED.run(commands, stream(), EndStream.shared(after, count)),
                EndStream::shared);
    }

    private CompletionStage<Boolean> limitCopy(SessionId id) {
        return operations.answer(
                "The limit of a copy", commands -> commands.pexpire(copy(id), COPY_STAYS.toMillis()), done -> done);
    }

    @Override
    public CompletionStage<Optional<PastEnd>> past(SessionId id) {
        return operations.answer(
                LOOK, commands -> commands.hget(sessions.key(id), EndHash.NOTE), note -> EndHash.past(note));
    }

    @Override
    public Optional<PastEnd> noticed(SessionId id) {
        return sessions.notes.of(id).flatMap(EndHash::past);
    }
}
