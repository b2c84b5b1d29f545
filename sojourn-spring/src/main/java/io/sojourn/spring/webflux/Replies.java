package io.sojourn.spring.webflux;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the asynchronous manager answers, as Reactor has it. */
final class Replies {

    private Replies() {}

    /**
     * Calls the manager at subscription. What follows an answer of the store does not run in the thread of the store, which reads the
     * answers to all other requests, but in Reactor's parallel scheduler. A client that goes away does not stop a save.
     */
    static <T> Mono<T> of(Supplier<CompletionStage<T>> call) {
        return Mono.defer(() -> {
            CompletableFuture<T> reply = call.get().toCompletableFuture();
            Mono<T> mono = Mono.fromFuture(reply, true);
            return reply.isDone() ? mono : mono.publishOn(Schedulers.parallel());
        });
    }
}
