package io.sojourn.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.sojourn.UnreadableSessionException;
import io.sojourn.redis.operation.LargeSessions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.Script;
import io.sojourn.redis.script.SessionHash;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Hashes, sets and sorted sets under keys of the caller's choice, over the connection of a {@link RedisStore}: for adapters that
 * take over what another store has written. All that the store says of deadlines and outages holds here, too.
 *
 * <p>A key is taken as it is. Never let a client's text become one unchecked: it could name any key of the database.
 */
public final class RedisCollections {

    private static final String REMOVAL = "A removal, which may still be applied,";
    private static final int KEYS_AT_A_TIME = 1_000;
    private static final byte[] NO_FIELD = {};

    private static final String READ = "A read";

    private final Operations operations;

    RedisCollections(Operations operations) {
        this.operations = operations;
    }

    /**
     * The fields of a hash; empty if there is none.
     *
     * <p>Fails with {@link UnreadableSessionException} if a value of another type lies there, and if the hash takes more than {@link
     * RedisStoreBuilder#maxLoadBytes} in Redis: it is not sent then.
     */
    public CompletionStage<Map<String, byte[]>> hash(String key) {
        long most = operations.large().maxBytes();
        return operations.answer(
                READ,
                commands -> Script.LOAD.run(commands, key, LargeSessions.arguments(most, null)),
                reply -> SessionHash.fields(((List<?>) operations.large().requireSmall("The hash", reply)).get(0)));
    }

    /** Removes a hash, and gives the fields that it had at that moment, in one step; empty if there was no hash. */
    public CompletionStage<Map<String, byte[]>> removeHash(String key) {
        return removeHash(key, NO_FIELD).thenApply(fields -> fields.orElse(Map.of()));
    }

    /**
     * As {@link #removeHash}, but a hash that has this field, or a value of another type, is left as it is, and the answer is an empty
     * {@code Optional}.
     */
    public CompletionStage<Optional<Map<String, byte[]>>> removeHashWithout(String key, String field) {
        return removeHash(key, SessionHash.text(field));
    }

    private CompletionStage<Optional<Map<String, byte[]>>> removeHash(String key, byte[] unless) {
        return operations.change(
                key,
                REMOVAL,
                commands -> Script.REMOVE_HASH.run(commands, key, new byte[][] {unless}),
                reply -> reply instanceof List<?> all && all.size() == 1
                        ? Optional.empty()
                        : Optional.of(SessionHash.fields(reply)));
    }

    /** Removes members of a set, and the set with its last one; tells whether there were any. */
    public CompletionStage<Boolean> removeFromSet(String key, byte[]... members) {
        return operations.change(key, REMOVAL, commands -> commands.srem(key, members), count -> count > 0);
    }

    /** Removes members of a sorted set, and the set with its last one; tells whether there were any. */
    public CompletionStage<Boolean> removeFromSortedSet(String key, byte[]... members) {
        return operations.change(key, REMOVAL, commands -> commands.zrem(key, members), count -> count > 0);
    }

    /**
     * Counts the hashes whose keys match a pattern, by {@code SCAN}: it reads the names of all keys of the database, {@value
     * #KEYS_AT_A_TIME} at a time. A key that is made or removed meanwhile may be counted or not.
     *
     * @param pattern as for {@code SCAN}: {@code *} stands for any text
     */
    public CompletionStage<Long> countHashes(String pattern) {
        ScanArgs hashes =
                io.lettuce.core.KeyScanArgs.Builder.type("hash").match(pattern).limit(KEYS_AT_A_TIME);
        return count(hashes, ScanCursor.INITIAL, 0);
    }

    private CompletionStage<Long> count(ScanArgs keys, ScanCursor from, long before) {
        CompletionStage<KeyScanCursor<String>> page =
                operations.answer("A scan", commands -> commands.scan(from, keys), cursor -> cursor);
        return page.thenCompose(cursor -> {
            long count = before + cursor.getKeys().size();
            return cursor.isFinished() ? CompletableFuture.completedFuture(count) : count(keys, cursor, count);
        });
    }
}
