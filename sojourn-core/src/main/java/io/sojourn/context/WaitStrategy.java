package io.sojourn.context;

import io.sojourn.SojournException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an operation waits for the store: the only difference between the blocking and the asynchronous manager. Everything
 * else is written once, on stages.
 */
public enum WaitStrategy {

    /** Does not wait: what follows is done by the thread that completes the stage. */
    ASYNC {
        @Override
        <T> CompletionStage<T> pending(CompletionStage<T> reply, Function<Throwable, SojournException> reason) {
            BiFunction<T, @Nullable Throwable, T> answer = (value, failure) -> {
                if (failure == null) {
                    return value;
                }
                throw reason.apply(failure);
            };
            return reply.handle(answer);
        }

        @Override
        public CompletionStage<@Nullable Void> pause(long nanos) {
            Executor later = CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS);
            return CompletableFuture.runAsync(() -> {}, later);
        }
    },

    /** Waits in the caller's thread, so that every stage it gives is complete and the store's thread is done at once. */
    BLOCKING {
        @Override
        <T> CompletionStage<T> pending(CompletionStage<T> reply, Function<Throwable, SojournException> reason) {
            try {
                return CompletableFuture.completedFuture(Waiting.await(reply, reason));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletionStage<@Nullable Void> pause(long nanos) {
            LockSupport.parkNanos(nanos);
            return CompletableFuture.completedFuture(null);
        }
    };

    /**
     * The stage to go on with.
     *
     * @param reason the exception to fail with if the stage fails
     */
    public final <T> CompletionStage<T> settle(CompletionStage<T> reply, Function<Throwable, SojournException> reason) {
        return Waiting.isValue(reply) ? reply : pending(reply, reason);
    }

    /** The stage to go on with. */
    public final <T> CompletionStage<T> settle(CompletionStage<T> reply) {
        return settle(reply, Waiting::sojournException);
    }

    abstract <T> CompletionStage<T> pending(CompletionStage<T> reply, Function<Throwable, SojournException> reason);

    /** A stage that completes after that time. */
    public abstract CompletionStage<@Nullable Void> pause(long nanos);
}
