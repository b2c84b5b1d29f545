package io.sojourn.redis.command;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.cache.CacheEntry.Claim;
import io.sojourn.redis.cache.CacheEntry.Copy;
import io.sojourn.redis.cache.ClientTracking;
import io.sojourn.redis.cache.SessionCache;
import io.sojourn.redis.cache.TrackedConnection;
import io.sojourn.redis.connection.ClientSetup;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.HashFields;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingEnds;
import io.sojourn.spi.layer.ForwardingStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps copies of what was read last, before {@link SessionCommands}.
 *
 * <p><b>Reading.</b> A good copy is the answer. Otherwise the read claims the session's place in the cache, is sent, and
 * puts what it got in the place of its claim. The server notes that this connection has read the session, and tells of the
 * first change after that; the message removes whatever lies in the place, copy or claim. So no copy outlives the message
 * about it, in whatever thread and however late the reply is worked on. Since time to live runs out silently until the
 * server comes by, it is read along, and a copy ends a little earlier than the session.
 *
 * <p><b>Writing.</b> A write takes the place from whoever has it before it is sent, so that from then on no older state is
 * shown here. When it was applied, and what it was based on is known, the new state is kept. When its reply never came,
 * nothing is kept of this session for a while.
 */
public final class NearCachedStore extends ForwardingStore {

    /** The time to live of what is not there, as Redis tells it. */
    private static final long GONE = -2;

    private final SessionCommands commands;
    private final Operations operations;
    private final ClientTracking tracking;
    private final SessionCache cache;

    public NearCachedStore(SessionCommands commands, ClientTracking tracking) {
        super(commands);
        this.commands = commands;
        this.operations = commands.operations;
        this.tracking = tracking;
        this.cache = tracking.cache(commands.keyPrefix);
    }

    @Override
    public CompletionStage<Optional<StoredSession>> load(SessionId id) {
        long now = tracking.now();
        Copy copy = cache.find(id);
        if (copy != null && copy.isGood(now)) {
            tracking.hits.increment();
            if (copy.tracked().beginAsking(now)) {
                askForSignOfLife(id, copy, now);
            }
            return copy.answer();
        }
        tracking.misses.increment();
        if (commands.isLarge(id)) {
            return commands.load(id);
        }
        TrackedConnection tracked = tracking.tracked(operations.connection().node(commands.key(id)));
        Claim claim = tracked == null ? null : cache.claim(id, tracked, now);
        return claim == null ? commands.load(id) : read(id, claim);
    }

    /** The message that ends the copy may be under way. */
    @Override
    public CompletionStage<Optional<StoredSession>> loadAfresh(SessionId id) {
        return commands.load(id);
    }

    @Override
    public boolean servesCopies() {
        return true;
    }

    private CompletionStage<Optional<StoredSession>> read(SessionId id, Claim claim) {
        CompletionStage<Optional<StoredSession>> loaded = operations
                .answer(SessionCommands.LOAD, redis -> fields(redis, id, claim), read -> {
                    Optional<StoredSession> found = commands.loaded(id, read.fields());
                    keep(id, claim, found.orElse(null), read.timeToLiveMillis());
                    return found;
                })
                .whenComplete((found, failure) -> {
                    if (failure == null) {
                        return;
                    }
                    if (LettuceExceptions.cause(failure) instanceof StoreUnavailableException) {
                        giveBack(id, claim);
                    } else {
                        cache.release(id, claim);
                    }
                });
        return commands.repeated(id, null, loaded);
    }

    /** Puts what was read in the place of its claim, unless its end is not known, or it is so large that its size is looked at first. */
    private void keep(SessionId id, Claim claim, @Nullable StoredSession session, long timeToLiveMillis) {
        boolean isKept = timeToLiveMillis != GONE && !commands.isLarge(id);
        Copy copy = copy(claim, isKept ? session : null, timeToLiveMillis);
        if (copy == null) {
            cache.release(id, claim);
        } else if (!cache.replace(id, claim, copy)) {
            tracking.racedFills.increment();
        }
    }

    /**
     * The fields of a session, and its time to live as it was a moment later: negative for none, {@link #GONE} if there is no
     * session any more, or if it could not be asked for.
     */
    private record Read(HashFields fields, long timeToLiveMillis) {}

    /**
     * Two commands, because they cost the server a third of a script that runs both. Other commands may come between them, but then no
     * copy is kept. The server notes this reader with the first command. So if another client changes the session, the server's message
     * comes over this connection before the second reply, and removes the claim. A write of this process takes the claim's place before
     * it is sent. A touch of this process removes the claim, or the copy, once it is answered ({@link SessionCache#dropRead}).
     */
    private CompletionStage<Read> fields(RedisClusterAsyncCommands<String, byte[]> redis, SessionId id, Claim claim) {
        TrackedConnection tracked = claim.tracked();
        if (tracked == null) {
            return commands.allFields(redis, id).thenApply(fields -> new Read(fields, GONE));
        }
        AsyncCommand<String, byte[], HashFields> fields =
                command(CommandType.HGETALL, new HashFields.Output(ClientSetup.CODEC), id);
        AsyncCommand<String, byte[], Long> timeToLive =
                command(CommandType.PTTL, new IntegerOutput<>(ClientSetup.CODEC), id);
        tracked.node().send(List.of(fields, timeToLive));
        return fields.thenCompose(read -> timeToLive.handle((left, failure) -> {
                    if (failure == null) {
                        return new Read(read, left);
                    }
                    tracking.withoutTimeToLive(tracked.node(), failure);
                    return new Read(read, GONE);
                }))
                .exceptionallyCompose(failure -> {
                    if (!LettuceExceptions.isRedirection(failure)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    claim.redirected();
                    return fields(redis, id, claim);
                });
    }

    private <T> AsyncCommand<String, byte[], T> command(
            CommandType type, CommandOutput<String, byte[], T> output, SessionId id) {
        return new AsyncCommand<>(
                new Command<>(type, output, new CommandArgs<>(ClientSetup.CODEC).addKey(commands.key(id))));
    }

    /** On the tracked connection, if the claim has one; and elsewhere if that server sends us there. */
    private CompletionStage<Object> run(
            Script script,
            RedisClusterAsyncCommands<String, byte[]> redis,
            SessionId id,
            byte[][] arguments,
            Claim claim) {
        String key = commands.key(id);
        TrackedConnection tracked = claim.tracked();
        if (tracked == null) {
            return script.run(redis, key, arguments);
        }
        return script.runAndTrack(tracked.node().commands(), key, arguments).exceptionallyCompose(failure -> {
            if (!LettuceExceptions.isRedirection(failure)) {
                return CompletableFuture.failedFuture(failure);
            }
            claim.redirected();
            return script.run(redis, key, arguments);
        });
    }

    /** What can be kept of the reply to a request that was sent with that claim. */
    private static @Nullable Copy copy(Claim claim, @Nullable StoredSession session, long timeToLiveMillis) {
        TrackedConnection tracked = claim.tracked();
        if (tracked == null) {
            return null;
        }
        tracked.heard(claim.since());
        return session == null ? null : Copy.of(session, tracked, Copy.end(claim.since(), timeToLiveMillis));
    }

    private void giveBack(SessionId id, Claim claim) {
        Copy before = claim.before();
        if (before == null || !cache.replace(id, claim, before)) {
            cache.release(id, claim);
        }
    }

    /** Hits cost no command, so a server may not have been heard of for a while. One question at a time, and nobody waits. */
    private void askForSignOfLife(SessionId id, Copy copy, long now) {
        TrackedConnection tracked = copy.tracked();
        CompletionStage<?> unused = operations
                .answer("A question", redis -> tracked.node().commands().pttl(commands.key(id)), left -> left)
                .whenComplete((left, failure) -> {
                    tracked.endAsking();
                    if (failure == null) {
                        tracked.heard(now);
                    }
                    if (failure == null ? left == GONE : LettuceExceptions.isRedirection(failure)) {
                        cache.release(id, copy);
                    }
                });
    }

    /** The last copy, if it was known to be right not too long ago. */
    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        Copy last = cache.last(id);
        long now = tracking.now();
        if (last == null || !last.lives(now) || now - last.tracked().knownAt() > tracking.staleWhileDownNanos()) {
            return Optional.empty();
        }
        tracking.staleReads.increment();
        return Optional.of(last.stored());
    }

    @Override
    public CompletionStage<CommitResult> commit(SessionWrite write) {
        SessionId id = write.id();
        if (operations.durability() != null) {
            return unseen(id, () -> commands.commit(write));
        }
        commands.written(write);
        Claim claim = cache.seize(id, tracking.tracked(operations.connection().node(commands.key(id))), tracking.now());
        return operations
                .answer(
                        SessionCommands.WRITE,
                        redis -> run(Script.COMMIT, redis, id, SessionHash.arguments(write), claim),
                        reply -> reply)
                .thenCompose(reply -> commands.result(id, reply))
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        boolean applied = result instanceof CommitResult.Applied;
                        StoredSession after = applied ? after(write, claim.before()) : null;
                        if (!cache.settle(id, claim, copy(claim, after, millis(write.timeToLive())))) {
                            tracking.racedFills.increment();
                        }
                    } else if (LettuceExceptions.isUnsent(failure)) {
                        giveBack(id, claim);
                    } else {
                        cache.bar(id, claim); // It may still be applied.
                    }
                });
    }

    private static long millis(@Nullable Duration timeToLive) {
        return timeToLive == null ? -1 : timeToLive.toMillis();
    }

    /** What is stored after a write, if what it was based on is known. */
    private static @Nullable StoredSession after(SessionWrite write, @Nullable Copy before) {
        Map<String, byte[]> parts = new HashMap<>();
        if (!write.creates()) {
            if (before == null || before.stored().revision() != write.expectedRevision()) {
                return null;
            }
            parts.putAll(before.stored().parts());
        }
        parts.keySet().removeAll(write.remove());
        parts.putAll(write.put());
        return new StoredSession(write.revision(), write.touchedAt().truncatedTo(ChronoUnit.MILLIS), parts);
    }

    /** Keeps the copy that is there, with the new times: or else each hit would find that a touch is due. */
    @Override
    public CompletionStage<Boolean> touch(SessionTouch touch) {
        SessionId id = touch.id();
        long now = tracking.now();
        Copy copy = cache.find(id);
        TrackedConnection tracked = tracking.tracked(operations.connection().node(commands.key(id)));
        Claim claim = new Claim(now, copy != null && copy.tracked() == tracked ? tracked : null, copy, true);
        return operations
                .answer(
                        SessionCommands.TOUCH,
                        redis -> run(Script.TOUCH, redis, id, SessionHash.arguments(touch), claim),
                        done -> Long.valueOf(1).equals(done))
                .whenComplete((done, failure) -> {
                    if (failure == null ? !done || !touched(touch, claim) : !LettuceExceptions.isUnsent(failure)) {
                        cache.dropRead(id);
                    }
                });
    }

    private boolean touched(SessionTouch touch, Claim claim) {
        Copy copy = claim.before();
        TrackedConnection tracked = claim.tracked();
        if (copy == null || tracked == null || copy.stored().revision() != touch.revision()) {
            return false;
        }
        tracked.heard(claim.since());
        return cache.replace(
                touch.id(),
                copy,
                copy.touched(
                        touch.touchedAt().truncatedTo(ChronoUnit.MILLIS),
                        Copy.end(claim.since(), millis(touch.timeToLive()))));
    }

    @Override
    public CompletionStage<Boolean> delete(SessionId id) {
        return unseen(id, () -> commands.delete(id));
    }

    @Override
    public CompletionStage<CommitResult> delete(SessionId id, long revision) {
        return unseen(id, () -> commands.delete(id, revision));
    }

    @Override
    public CompletionStage<Boolean> tombstone(SessionId id) {
        return unseen(id, () -> commands.tombstone(id));
    }

    /** A deletion, or a write over another connection. Whether or not it gets through, no older state is shown from now on. */
    private <T> CompletionStage<T> unseen(SessionId id, Supplier<CompletionStage<T>> change) {
        Claim claim = cache.seize(id, null, tracking.now());
        return change.get().whenComplete((done, failure) -> {
            if (failure == null) {
                boolean unused = cache.settle(id, claim, null);
            } else {
                cache.bar(id, claim);
            }
        });
    }

    @Override
    public Optional<SessionEnds> ends() {
        return commands.ends().map(ends -> new ForwardingEnds(ends) {
            @Override
            public CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids) {
                return unseen(id, () -> super.end(id, revision, cause, forbids));
            }
        });
    }

    @Override
    public Optional<NearCacheStatus> nearCache() {
        return Optional.of(tracking.stats());
    }
}
