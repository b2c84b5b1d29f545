package io.sojourn.sweep;

import io.sojourn.context.EngineContext;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the store which ends were told. No thread waits for that: a store that does not answer, or whose replicas do not, holds up no
 * listener. A note that fails is repeated with growing pauses until the lease of its claim has almost run out.
 */
final class EndNotes {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** When this many are under way, no further ends are claimed. */
    private static final int MANY = 10_000;

    private final EngineContext context;
    private final SessionEnds ends;
    private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();

    EndNotes(EndContext context) {
        this.context = context.engine();
        this.ends = context.ends();
    }

    boolean areMany() {
        return underWay.size() >= MANY;
    }

    /** Complete when all of those are that are under way now. */
    CompletableFuture<Void> all() {
        return CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new));
    }

    /** Has {@link #all} wait for this as well. */
    void await(CompletionStage<?> step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        underWay.add(done);
        CompletionStage<?> unused = step.whenComplete((answer, failure) -> finish(done));
    }

    @SuppressWarnings("CollectionUndefinedEquality") // Each is only equal to itself, as it is to be.
    private void finish(CompletableFuture<Void> done) {
        underWay.remove(done);
        done.complete(null);
    }

    /**
     * An end that was told.
     *
     * @param node see {@link SessionEnds#told}
     * @param isOver whether there is no time for another try
     * @param noted is called when the store has noted it
     * @param failed is called when there was no time left
     */
    record Note(
            EndClaim claim,
            PastEnd end,
            @Nullable String node,
            BooleanSupplier isOver,
            Runnable noted,
            Runnable failed) {}

    void write(Note note) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        underWay.add(done);
        write(note, FIRST_PAUSE, done);
    }

    /** From half of the pause to one and a half: many notes may have failed at once, and are not to be repeated at once. */
    private static long atRandom(Duration pause) {
        long millis = pause.toMillis();
        return millis / 2 + ThreadLocalRandom.current().nextLong(millis);
    }

    private void write(Note note, Duration pause, CompletableFuture<Void> done) {
        CompletionStage<Boolean> answer;
        try {
            answer = context.ask(note.claim.id(), store -> ends.told(note.claim.id(), note.end, note.node));
        } catch (Error e) { // Of a store. An error of its stage is a failed try as well.
            answer = CompletableFuture.failedFuture(e);
        }
        CompletionStage<Boolean> unused = answer.whenComplete((noted, failure) -> {
            if (failure == null || note.isOver.getAsBoolean()) {
                try {
                    (failure == null ? note.noted : note.failed).run();
                } finally {
                    finish(done);
                }
            } else {
                Duration twice = pause.multipliedBy(2);
                CompletableFuture.delayedExecutor(atRandom(pause), TimeUnit.MILLISECONDS)
                        .execute(() -> write(note, twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE, done));
            }
        });
    }
}
