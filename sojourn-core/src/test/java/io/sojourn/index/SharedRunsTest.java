package io.sojourn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.context.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Callers share a run, and none gets a result that is older than its question. */
class SharedRunsTest {

    private final SharedRuns<String, String> runs = new SharedRuns<>();
    private final List<String> begun = new ArrayList<>();

    private CompletableFuture<String> run(String key, String name, CompletionStage<String> work) {
        return runs.run(key, () -> {
                    begun.add(name);
                    return work;
                })
                .toCompletableFuture();
    }

    @Test
    void whoeverComesDuringARunSharesTheNextOne() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> first = run("ada", "first", work);
        CompletableFuture<String> second = run("ada", "second", Stages.done("of the second"));
        CompletableFuture<String> third = run("ada", "third", Stages.done("of the third"));
        assertThat(begun).containsExactly("first");
        assertThat(run("bob", "other", Stages.done("of another key"))).isCompletedWithValue("of another key");
        work.complete("of the first");
        assertThat(first).isCompletedWithValue("of the first");
        assertThat(second).isCompletedWithValue("of the third");
        assertThat(third).isCompletedWithValue("of the third");
        assertThat(begun).containsExactly("first", "other", "third");
        assertThat(run("ada", "fourth", Stages.done("of the fourth"))).isCompletedWithValue("of the fourth");
    }

    @Test
    void aFailureFailsThoseThatWait() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> first = run("ada", "first", work);
        CompletableFuture<String> second = run("ada", "second", Stages.done("never"));
        work.completeExceptionally(new IllegalStateException("no answer"));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThat(begun).containsExactly("first");
        assertThat(run("ada", "third", Stages.done("again"))).isCompletedWithValue("again");
    }

    @Test
    void workThatThrowsFailsItsCallers() {
        CompletableFuture<String> failed = runs.run("ada", () -> {
                    throw new IllegalStateException("at once");
                })
                .toCompletableFuture();
        assertThat(failed).isCompletedExceptionally();
        assertThat(run("ada", "next", Stages.done("again"))).isCompletedWithValue("again");
    }

    @Test
    void manyRunsThatAreDoneAtOnceNeedNoDeepStack() {
        int times = 100_000;
        CompletableFuture<String> last = new CompletableFuture<>();
        again(times, last);
        assertThat(last).isCompleted();
    }

    /** Each run asks for the next one while it is under way. */
    private void again(int left, CompletableFuture<String> last) {
        CompletionStage<String> unused = runs.run("ada", () -> {
            if (left > 0) {
                again(left - 1, last);
            } else {
                last.complete("done");
            }
            return Stages.done("run " + left);
        });
    }
}
