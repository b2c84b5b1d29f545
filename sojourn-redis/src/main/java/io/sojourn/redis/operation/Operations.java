package io.sojourn.redis.operation;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.sojourn.SojournException;
import io.sojourn.redis.cache.ClientTracking;
import io.sojourn.redis.connection.LettuceExceptions;
import io.sojourn.redis.connection.ShortLivedThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How any operation is carried out: over which connection, for what it waits besides, what a failure of it is told as, and
 * who else has to know of it.
 *
 * @param tracking null without a near cache
 * @param durability null if the master's word is enough
 * @param large loads what is too large for the connection that all share
 */
public record Operations(
        Connection connection,
        @Nullable ClientTracking tracking,
        @Nullable Durability durability,
        LargeSessions large) implements AutoCloseable {

    private List<Connection> connections() {
        return durability == null ? List.of(connection) : List.of(connection, durability.connection());
    }

    /** To be called before anything else, and once. */
    public void open() {
        connections().forEach(Connection::open);
    }

    /** As {@link #open()}, in a thread of its own: what needs a connection meanwhile waits for the first try. */
    public void openInBackground() {
        connections().forEach(Connection::opening);
        Thread unused = ShortLivedThread.start("sojourn-redis-open", () -> {
            try {
                open();
            } catch (RuntimeException | Error e) {
                connections().forEach(each -> each.broken(e));
            }
        });
    }

    /** The deadline of one call, by what it goes over. */
    public Duration timeout(boolean durable) {
        return durable && durability != null ? durability.connection().timeout() : connection.timeout();
    }

    /** See {@code RedisStore.ping}. */
    public void ping() {
        try {
            answer("PING", RedisClusterAsyncCommands::ping, pong -> pong)
                    .toCompletableFuture()
                    .join(); // It has a deadline of its own.
        } catch (CompletionException e) {
            throw LettuceExceptions.rethrown(e);
        }
    }

    /**
     * What is not to be lost when a server fails, if durability is asked for.
     *
     * @param wrote whether there is something to lose, by the answer
     */
    public <T, R> CompletionStage<R> durably(
            String what,
            String key,
            Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> call,
            Function<T, R> reading,
            Predicate<? super R> wrote) {
        Durability durable = durability;
        if (durable == null) {
            return answer(what, call, reading);
        }
        CompletionStage<R> reply = settled(
                what,
                durable.connection(),
                () -> durable.write(key, node -> call.apply(node.commands()).thenApply(reading), wrote),
                Function.identity());
        return noticed(key, reply);
    }

    public <T, R> CompletionStage<R> answer(
            String what,
            Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> call,
            Function<T, R> reading) {
        return settled(what, connection, () -> call.apply(connection.commands()), reading);
    }

    /**
     * What comes of a call is noted where reads go, whatever it went over: health is that of the whole store, and a server
     * that has become a replica is to be left by both.
     */
    private <T, R> CompletionStage<R> settled(
            String what, Connection over, Supplier<CompletionStage<T>> call, Function<T, R> reading) {
        CompletionStage<T> reply;
        try {
            reply = call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(over.told(what, e));
        }
        BiFunction<T, @Nullable Throwable, R> read = (value, failure) -> {
            if (failure != null) {
                SojournException told = over.told(what, failure);
                connection.failed(failure, told);
                if (over != connection) {
                    over.leaveReplica(failure);
                }
                throw told;
            }
            connection.answered();
            return reading.apply(value);
        };
        return reply.handle(read);
    }

    /** As {@link #answer}, of what changes a value under any key: of such changes of our own the server does not tell. */
    public <T, R> CompletionStage<R> change(
            String key,
            String what,
            Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> call,
            Function<T, R> reading) {
        return noticed(key, answer(what, call, reading));
    }

    /** The near cache drops its copy of what was written past it. */
    private <R> CompletionStage<R> noticed(String key, CompletionStage<R> reply) {
        return tracking == null ? reply : reply.whenComplete((value, failure) -> tracking.changed(key));
    }

    @Override
    public void close() {
        connections().forEach(Connection::close);
        if (tracking != null) {
            tracking.close();
        }
        large.close();
    }
}
