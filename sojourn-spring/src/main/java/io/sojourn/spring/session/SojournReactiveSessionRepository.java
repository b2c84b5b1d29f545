package io.sojourn.spring.session;

import io.sojourn.SessionManager;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.springframework.session.ReactiveFindByIndexNameSessionRepository;
import org.springframework.session.ReactiveSessionRepository;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@link SojournSessionRepository} without blocking. What follows runs on Reactor's parallel scheduler, not in a thread of the store. */
public final class SojournReactiveSessionRepository
        implements ReactiveSessionRepository<SojournSession>, ReactiveFindByIndexNameSessionRepository<SojournSession> {

    private final SessionOperations operations;

    /** Finds, saves and ends the sessions of this manager. */
    public SojournReactiveSessionRepository(SessionManager manager) {
        operations = new SessionOperations(manager);
    }

    /** See {@link SojournSessionRepository#createSession}. */
    @Override
    public Mono<SojournSession> createSession() {
        return Mono.fromSupplier(operations::create);
    }

    /** See {@link SojournSessionRepository#save}. */
    @Override
    public Mono<Void> save(SojournSession session) {
        return mono(() -> operations.save(session)).then();
    }

    /** See {@link SojournSessionRepository#findById}. */
    @Override
    public Mono<SojournSession> findById(String id) {
        return mono(() -> operations.findById(id)).flatMap(Mono::justOrEmpty);
    }

    /** See {@link SojournSessionRepository#deleteById}. */
    @Override
    public Mono<Void> deleteById(String id) {
        return mono(() -> operations.deleteById(id)).then();
    }

    /** See {@link SojournSessionRepository#findByIndexNameAndIndexValue}. */
    @Override
    public Mono<Map<String, SojournSession>> findByIndexNameAndIndexValue(String indexName, String indexValue) {
        return mono(() -> operations.findByIndex(indexName, indexValue));
    }

    private static <T> Mono<T> mono(Supplier<CompletionStage<T>> call) {
        return Mono.defer(() -> {
            CompletableFuture<T> reply = call.get().toCompletableFuture();
            Mono<T> mono = Mono.fromFuture(reply, true);
            return reply.isDone() ? mono : mono.publishOn(Schedulers.parallel());
        });
    }
}
