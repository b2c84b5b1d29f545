package io.sojourn.redis;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexMember;
import io.sojourn.spi.SessionIndex;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Whose sessions there are: one sorted set for each value, see {@link IndexSet}. */
record RedisIndexes(String keyPrefix, Operations operations) implements SessionIndex {

    @Override
    public CompletionStage<EntryResult> enter(IndexEntry entry) {
        return operations.durably(
                "An entry in an index, which may still be made,",
                key(entry.key()),
                commands -> Script.ENTER.run(commands, key(entry.key()), IndexSet.arguments(entry)),
                IndexSet::result,
                result -> true);
    }

    @Override
    public CompletionStage<List<IndexMember>> members(IndexKey key) {
        return operations.answer(
                "The reading of an index",
                commands -> Script.MEMBERS.run(commands, key(key), new byte[0][]),
                IndexSet::members);
    }

    @Override
    public CompletionStage<List<IndexMember>> mark(IndexKey key, @Nullable SessionId except) {
        return operations.durably(
                "A revocation, which may still be begun,",
                key(key),
                commands -> Script.MARK.run(commands, key(key), IndexSet.mark(except)),
                reply -> IndexSet.marked(IndexSet.members(reply)),
                marked -> true);
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
