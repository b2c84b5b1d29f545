package io.sojourn.testkit;

import io.sojourn.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What becomes of one call of a {@link FaultyStore}. */
sealed interface Fault {

    <T> CompletionStage<T> strike(Supplier<CompletionStage<T>> request);

    /** The request never gets there. */
    record Unreachable() implements Fault {
        @Override
        public <T> CompletionStage<T> strike(Supplier<CompletionStage<T>> request) {
            return CompletableFuture.failedFuture(new StoreUnavailableException("The request was made to fail", null));
        }
    }

    /** The request gets there, the reply does not come back. */
    record LostReply() implements Fault {
        @Override
        public <T> CompletionStage<T> strike(Supplier<CompletionStage<T>> request) {
            return request.get().thenApply(reply -> {
                throw new StoreUnavailableException("The reply was made to be lost", null);
            });
        }
    }

    /** The request takes its time. */
    record LateRequest(CompletionStage<?> until) implements Fault {
        @Override
        public <T> CompletionStage<T> strike(Supplier<CompletionStage<T>> request) {
            return until.thenCompose(done -> request.get());
        }
    }

    /** The reply takes its time. */
    record LateReply(CompletionStage<?> until) implements Fault {
        @Override
        public <T> CompletionStage<T> strike(Supplier<CompletionStage<T>> request) {
            return request.get().thenCombine(until, (reply, done) -> reply);
        }
    }

    /** Somebody else was faster. */
    record Before(Runnable action) implements Fault {
        @Override
        public <T> CompletionStage<T> strike(Supplier<CompletionStage<T>> request) {
            action.run();
            return request.get();
        }
    }
}
