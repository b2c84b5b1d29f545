package io.sojourn.context;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Combines completion stages, some at a time: however much is to do, little of it is under way at any moment. */
public final class Stages {

    private Stages() {}

    public static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    /** As {@link CompletionStage#thenCompose}, without more stages if the value is there already, as it mostly is. */
    public static <T, R> CompletionStage<R> compose(CompletionStage<T> stage, Function<T, CompletionStage<R>> next) {
        if (!Waiting.isValue(stage)) {
            return stage.thenCompose(next);
        }
        try {
            return next.apply(stage.toCompletableFuture().join());
        } catch (Throwable e) { // An error of the application's function, too, fails the stage.
            return CompletableFuture.failedFuture(e);
        }
    }

    /** As {@link #compose}, and goes on after a failure, too. */
    public static <T, R> CompletionStage<R> answer(
            CompletionStage<T> stage, BiFunction<T, @Nullable Throwable, CompletionStage<R>> next) {
        return Waiting.isValue(stage)
                ? compose(stage, value -> next.apply(value, null))
                : stage.handle(next).thenCompose(answer -> answer);
    }

    /** The values of all stages, in order; fails if one of them does. */
    public static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> stages) {
        List<CompletableFuture<T>> futures =
                stages.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<T> values = new ArrayList<>(futures.size());
                    futures.forEach(future -> values.add(future.join()));
                    return values;
                });
    }

    /** As {@link #all}, of one stage for each item; so many are under way at a time. */
    public static <I, T> CompletionStage<List<T>> inWindows(
            List<I> items, int window, Function<I, CompletionStage<T>> stage) {
        return repeat(new ArrayList<T>(items.size()), values -> values.size() < items.size(), values -> {
                    List<I> next = items.subList(values.size(), Math.min(items.size(), values.size() + window));
                    return all(next.stream().map(stage).toList()).thenApply(more -> {
                        values.addAll(more);
                        return values;
                    });
                })
                .thenApply(values -> values);
    }

    /** Takes step after step while there is more to do. The stack gets no deeper, even if each stage is done at once. */
    public static <S> CompletionStage<S> repeat(S start, Predicate<S> more, Function<S, CompletionStage<S>> step) {
        CompletableFuture<S> end = new CompletableFuture<>();
        repeatFrom(start, more, step, end);
        return end;
    }

    private static <S> void repeatFrom(
            S start, Predicate<S> more, Function<S, CompletionStage<S>> step, CompletableFuture<S> end) {
        S state = start;
        try {
            while (more.test(state)) {
                CompletableFuture<S> next = step.apply(state).toCompletableFuture();
                if (!next.isDone()) {
                    CompletableFuture<Void> unused = next.handle((value, failure) -> {
                        if (failure == null) {
                            repeatFrom(value, more, step, end);
                        } else {
                            end.completeExceptionally(failure);
                        }
                        return null;
                    });
                    return;
                }
                state = next.join();
            }
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
            return;
        }
        end.complete(state);
    }
}
