package io.sojourn.index;

import io.sojourn.context.Stages;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one piece of work for each key at a time, and lets callers share it. A caller that comes while it runs shares the run
 * that follows, which begins after all who share it have asked. So none gets a result that is older than its question, and a
 * thousand callers at once cause a few runs.
 */
final class SharedRuns<K, T> {

    private static final class Run<T> {

        final CompletableFuture<T> result = new CompletableFuture<>();
        Supplier<CompletionStage<T>> work;

        @Nullable
        Run<T> next;

        Run(Supplier<CompletionStage<T>> work) {
            this.work = work;
        }
    }

    /** The runs that have begun; guarded by itself, which is held for memory only. */
    private final Map<K, Run<T>> running = new HashMap<>();

    /**
     * Runs the work, or shares a run that begins later than this call.
     *
     * @param work if several callers share the run, the work of the last of them is done, which knows the newest state
     */
    CompletionStage<T> run(K key, Supplier<CompletionStage<T>> work) {
        Run<T> own;
        synchronized (running) {
            Run<T> current = running.get(key);
            if (current != null) {
                if (current.next == null) {
                    current.next = new Run<>(work);
                } else {
                    current.next.work = work;
                }
                return current.next.result;
            }
            own = new Run<>(work);
            running.put(key, own);
        }
        begin(key, own);
        return own.result;
    }

    private void begin(K key, Run<T> first) {
        CompletionStage<?> unused = Stages.repeat(Optional.of(first), Optional::isPresent, next -> {
            Run<T> run = next.orElseThrow();
            return Stages.done(run.work)
                    .thenCompose(Supplier::get)
                    .handle((value, failure) -> ended(key, run, value, failure));
        });
    }

    /** Tells those who share the run. If it failed, the next one fails like it: its callers have waited for this one, too. */
    private Optional<Run<T>> ended(K key, Run<T> run, T value, @Nullable Throwable failure) {
        Run<T> next;
        synchronized (running) {
            next = run.next;
            if (next == null || failure != null) {
                running.remove(key);
            } else {
                running.put(key, next);
            }
        }
        if (failure == null) {
            run.result.complete(value);
            return Optional.ofNullable(next);
        }
        run.result.completeExceptionally(failure);
        if (next != null) {
            next.result.completeExceptionally(failure);
        }
        return Optional.empty();
    }
}
