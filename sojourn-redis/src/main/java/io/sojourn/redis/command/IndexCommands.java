package io.sojourn.redis.command;

import io.sojourn.SessionId;
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
import org.jspecify.annotations.Nullable;

/** Finds sessions by a value of an index: one sorted set for each value, see {@link IndexSet}. */
abstract class IndexCommands implements SessionIndex {

    /** What every key begins with; it ends with a colon. */
    final String keyPrefix;

    final Operations operations;

    IndexCommands(String keyPrefix, Operations operations) {
        this.keyPrefix = keyPrefix;
        this.operations = operations;
    }

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return enter(entry, System.nanoTime(), Duration.ZERO);
    }

    /**
     * Calls the script again for as long as it says so. The binding gets older meanwhile.
     *
     * @param sinceBegun how much older it has become
     */
    private CompletionStage<EntryResult> enter(IndexEntry entry, long begun, Duration sinceBegun) {
        return operations
                .durably(
                        "An entry in an index, which may still be made,",
                        key(entry.key()),
                        commands -> Script.ENTER.run(commands, key(entry.key()), IndexSet.arguments(entry, sinceBegun)),
                        reply -> reply,
                        reply -> !IndexSet.isToBeCalledAgain(reply))
                .thenCompose(reply -> IndexSet.isToBeCalledAgain(reply)
                        ? enter(entry, begun, Duration.ofNanos(System.nanoTime() - begun))
                        : CompletableFuture.completedFuture(reply).thenApply(IndexSet::entered));
    }

    @Override
    public CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count) {
        return operations.answer(
                "The reading of an index",
                commands -> Script.PAGE.run(commands, key(key), IndexSet.page(after, count)),
                IndexSet::page);
    }

    @Override
    public CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except) {
        return operations.durably(
                "A revocation, which may still be begun,",
                key(key),
                commands -> Script.MARK.run(commands, key(key), IndexSet.mark(true, except)),
                IndexSet::marking,
                marking -> true);
    }

    @Override
    public CompletionStage<List<IndexMember>> marked(IndexKey key) {
        return operations.answer(
                "The reading of an index",
                commands -> Script.MARK.run(commands, key(key), IndexSet.mark(false, null)),
                reply -> IndexSet.marking(reply).marked());
    }

    @Override
    public CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended) {
        return operations.answer(
                "A change of an index, which may still be made,",
                commands -> Script.LEAVE.run(commands, key(key), IndexSet.leave(ids, ended)),
                count -> count instanceof Long left && left > 0);
    }

    /** Longer than any session's key, and with a character that none of them has. */
    private String key(IndexKey key) {
        return keyPrefix + "@" + key.name() + ":" + key.hash();
    }
}
