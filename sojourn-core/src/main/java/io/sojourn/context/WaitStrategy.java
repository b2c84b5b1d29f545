package io.sojourn.context;

import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

        @Override
        public <T> CompletionStage<T> turn(CompletableFuture<T> news, long patience, Runnable look, Runnable withdraw) {
            Executor later = CompletableFuture.delayedExecutor(patience, TimeUnit.NANOSECONDS);
            later.execute(() -> {
                if (!news.isDone()) {
                    look.run();
                    CompletionStage<T> unused = turn(news, longer(patience), look, withdraw);
                }
            });
            return news;
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

        @Override
        public <T> CompletionStage<T> turn(CompletableFuture<T> news, long patience, Runnable look, Runnable withdraw) {
            for (long next = patience; ; next = longer(next)) {
                try {
                    return CompletableFuture.completedFuture(news.get(next, TimeUnit.NANOSECONDS));
                } catch (TimeoutException e) {
                    look.run();
                } catch (ExecutionException e) {
                    return CompletableFuture.failedFuture(Waiting.sojournException(e));
                } catch (InterruptedException e) {
                    withdraw.run();
                    Thread.currentThread().interrupt();
                    return CompletableFuture.failedFuture(new StoreUnavailableException(
                            "The thread was interrupted while it waited for other saves of the session", e));
                }
            }
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

    private static long longer(long nanos) {
        return Math.min(2 * nanos, TimeUnit.MILLISECONDS.toNanos(200));
    }

    abstract <T> CompletionStage<T> pending(CompletionStage<T> reply, Function<Throwable, SojournException> reason);

    /** A stage that completes after that time. */
    public abstract CompletionStage<@Nullable Void> pause(long nanos);

    /**
     * The stage to go on with when there is news.
     *
     * @param patience after how many nanoseconds without news to look; then after twice as many, and so on
     * @param withdraw what to do if the thread that waits is interrupted
     */
    public abstract <T> CompletionStage<T> turn(
            CompletableFuture<T> news, long patience, Runnable look, Runnable withdraw);
}
