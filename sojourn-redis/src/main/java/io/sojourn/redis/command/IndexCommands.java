package io.sojourn.redis.command;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.IndexSet;
import io.sojourn.redis.script.Script;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionIndex;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds sessions by a value of an index: one sorted set for each value, see {@link IndexSet}. */
abstract class IndexCommands implements SessionIndex {

    private static final String READING = "The reading of an index";

    /** What every key begins with; it ends with a colon. */
    final String keyPrefix;

    final Operations operations;

    IndexCommands(String keyPrefix, Operations operations) {
        this.keyPrefix = keyPrefix;
        this.operations = operations;
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return whole(
                "An entry in an index, which may still be made,",
                sinceBegun ->
                        commands -> Script.ENTER.run(commands, key(entry.key()), IndexSet.arguments(entry, sinceBegun)),
                key(entry.key()),
                IndexSet::entered);
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return whole(
                READING,
                sinceBegun -> commands -> Script.PAGE.run(commands, key(key), IndexSet.page(after, count)),
                null,
                IndexSet::page);
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return whole(
                "A revocation, which may still be begun,",
                sinceBegun -> commands -> Script.MARK.run(commands, key(key), IndexSet.mark(true, except)),
                key(key),
                IndexSet::marking);
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return whole(
                READING,
                sinceBegun -> commands -> Script.MARK.run(commands, key(key), IndexSet.mark(false, null)),
                null,
                reply -> IndexSet.marking(reply).marked());
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return whole(
                "A change of an index, which may still be made,",
                sinceBegun -> commands -> Script.LEAVE.run(commands, key(key), IndexSet.leave(ids, ended)),
                null,
                count -> count instanceof Long left && left > 0);
    }

    /** A script, given how long ago the first call of it began. */
    private interface Call
            extends Function<Duration, Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<Object>>> {}

    /**
     * Calls a script again for as long as it says that it has done only a part, and the deadline of a call allows. What the calls
     * have done by then stays done.
     *
     * @param durable the key if what is written is not to be lost when a server fails; else null
     */
    private <R> CompletionStage<R> whole(
            String what, Call script, @Nullable String durable, Function<Object, R> reading) {
        long begun = System.nanoTime();
        return once(what, script.apply(Duration.ZERO), durable)
                .thenCompose(reply -> IndexSet.isToBeCalledAgain(reply)
                        ? again(what, script, durable, begun)
                        : CompletableFuture.completedFuture(reply))
                .thenApply(reading);
    }

    private CompletionStage<Object> again(String what, Call script, @Nullable String durable, long begun) {
        Duration timeout = operations.timeout(durable != null);
        CompletableFuture<Object> all = new CompletableFuture<>();
        again(what, script, durable, begun, all);
        long left = Math.max(0, timeout.toNanos() - (System.nanoTime() - begun));
        return all.orTimeout(left, TimeUnit.NANOSECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        LettuceExceptions.cause(failure) instanceof TimeoutException
                                ? new StoreUnavailableException(
                                        what + " was not done within " + timeout.toMillis()
                                                + " ms: very many sessions in that"
                                                + " index have ended, or were written by an earlier version. What was done"
                                                + " stays done: try again",
                                        null)
                                : LettuceExceptions.rethrown(failure)));
    }

    private void again(String what, Call script, @Nullable String durable, long begun, CompletableFuture<Object> all) {
        if (all.isDone()) {
            return;
        }
        CompletionStage<?> unused = once(what, script.apply(Duration.ofNanos(System.nanoTime() - begun)), durable)
                .handle((reply, failure) -> {
                    if (failure != null) {
                        return all.completeExceptionally(failure);
                    }
                    if (!IndexSet.isToBeCalledAgain(reply)) {
                        return all.complete(reply);
                    }
                    again(what, script, durable, begun, all);
                    return false;
                });
    }

    private CompletionStage<Object> once(
            String what,
            Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<Object>> call,
            @Nullable String durable) {
        return durable == null
                ? operations.answer(what, call, reply -> reply)
                : operations.durably(what, durable, call, reply -> reply, reply -> !IndexSet.isToBeCalledAgain(reply));
    }

    /** The key of an index. It is longer than any session's key, and with a character that none of them has. */
    private String key(IndexKey key) {
        return keyPrefix + "@" + key.name() + ":" + key.hash();
    }
}
