package io.sojourn.context;

import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Waits for a store, and makes of whatever it fails with one of our exceptions. */
public final class Waiting {

    private Waiting() {}

    /**
     * The stage's value. There is no deadline here: a store keeps its own, so that blocking and asynchronous callers share
     * it.
     */
    public static <T> T await(CompletionStage<T> stage) {
        return await(stage, Waiting::sojournException);
    }

    /**
     * Waits for a reply, and gives its value.
     *
     * @param reason what to throw when the stage has failed
     */
    public static <T> T await(CompletionStage<T> stage, Function<Throwable, SojournException> reason) {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException | RuntimeException e) { // The latter of a stage that was cancelled, for example.
            throw reason.apply(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The thread was interrupted while it waited for the store", e);
        }
    }

    /** The value of a stage that is complete; throws what it failed with as it was thrown. */
    public static <T> T get(CompletionStage<T> complete) {
        try {
            return complete.toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = unwrapped(e);
            if (cause instanceof RuntimeException thrown) {
                throw thrown;
            }
            if (cause instanceof Error thrown) {
                throw thrown;
            }
            throw e;
        }
    }

    /** Whether there is a value already; a stage that is no plain future need not tell. */
    public static boolean isValue(CompletionStage<?> reply) {
        return reply.getClass() == CompletableFuture.class
                && reply instanceof CompletableFuture<?> future
                && future.isDone()
                && !future.isCompletedExceptionally();
    }

    /** The failure if a session could not be read; throws any other. */
    public static UnreadableSessionException unreadable(Throwable failure) {
        SojournException cause = sojournException(failure);
        if (cause instanceof UnreadableSessionException unreadable) {
            return unreadable;
        }
        throw cause;
    }

    public static SojournException sojournException(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return cause instanceof SojournException known
                ? known
                : new StoreUnavailableException(
                        "The store failed: " + cause.getClass().getName(), cause);
    }

    /** What really was thrown, inside what stages and waiting put around it. */
    public static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException || cause instanceof ExecutionException) {
            Throwable inner = cause.getCause();
            if (inner == null) {
                break;
            }
            cause = inner;
        }
        return cause;
    }
}
