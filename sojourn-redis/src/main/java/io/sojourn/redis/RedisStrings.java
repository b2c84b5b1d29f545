package io.sojourn.redis;

import io.lettuce.core.SetArgs;
import io.sojourn.UnreadableSessionException;
import io.sojourn.redis.operation.LargeSessions;
import io.sojourn.redis.operation.Operations;
import io.sojourn.redis.script.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * String values under keys of the caller's choice, over the connection of a {@link RedisStore}: for adapters that take over
 * what another store has written. All that the store says of deadlines and outages holds here, too.
 *
 * <p>A key is taken as it is. Never let a client's text become one unchecked: it could name any key of the database.
 */
public final class RedisStrings {

    /** What must be there already for a value to be set. */
    public enum Condition {
        /** The key must exist. */
        IF_PRESENT,
        /** The key must not exist. */
        IF_ABSENT,
        /** Nothing: the value is set in any case. */
        NONE
    }

    private static final String READ = "A read";

    private final Operations operations;

    RedisStrings(Operations operations) {
        this.operations = operations;
    }

    /**
     * The value at a key; empty if there is none.
     *
     * <p>Fails with {@link UnreadableSessionException} if a value of another type lies there, and if the value takes more than {@link
     * RedisStoreBuilder#maxLoadBytes} in Redis: it is not sent then.
     */
    public CompletionStage<Optional<byte[]>> get(String key) {
        return operations.answer(READ, commands -> Script.GET.run(commands, key, arguments(null)), this::value);
    }

    /** As {@link #get}, and from now on the value lives for so long. One that is not sent lives for as long as before. */
    public CompletionStage<Optional<byte[]>> getAndExpire(String key, Duration timeToLive) {
        return operations.change(
                key, READ, commands -> Script.GET.run(commands, key, arguments(timeToLive)), this::value);
    }

    private byte[][] arguments(@Nullable Duration timeToLive) {
        return LargeSessions.arguments(
                operations.large().maxBytes(), timeToLive == null ? null : Long.toString(timeToLive.toMillis()));
    }

    private Optional<byte[]> value(Object reply) {
        List<?> answer = (List<?>) operations.large().requireSmall("The value", reply);
        return answer.isEmpty() ? Optional.empty() : Optional.of((byte[]) answer.get(0));
    }

    /**
     * Sets a value, whatever type lay there before, and tells whether the condition held.
     *
     * @param timeToLive null for ever
     */
    public CompletionStage<Boolean> set(String key, byte[] value, @Nullable Duration timeToLive, Condition condition) {
        SetArgs how = switch (condition) {
            case IF_PRESENT -> SetArgs.Builder.xx();
            case IF_ABSENT -> SetArgs.Builder.nx();
            case NONE -> new SetArgs();
        };
        if (timeToLive != null) {
            how.px(timeToLive);
        }
        return operations.change(
                key, "A write, which may still be applied,", commands -> commands.set(key, value, how), "OK"::equals);
    }

    /** Removes a key, whatever lies there, and tells whether it was there. */
    public CompletionStage<Boolean> delete(String key) {
        return operations.change(
                key, "A deletion, which may still be applied,", commands -> commands.unlink(key), count -> count > 0);
    }
}
