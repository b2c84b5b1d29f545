package io.sojourn.races;

import io.sojourn.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call to the store that waits until the {@link Scheduler} lets it go: first into the store, then with the answer back. */
final class ParkedCall<T> {

    /** What a call is about. Two calls that only read, or are about different objects, give the same in either order. */
    enum Access {
        READ,
        WRITE,

        /** Its moment matters to others, too: a sign-in is compared with the time of a revocation. */
        MOMENT
    }

    final int node;
    final String name;
    final String object;
    final Access access;

    /** Whether a process waits for the answer. */
    final boolean isAwaited;

    final CompletableFuture<T> answer = new CompletableFuture<>();
    private final Supplier<CompletionStage<T>> call;
    private @Nullable CompletableFuture<T> result;

    /** The step of the schedule after which it was parked. */
    int parkedAt;

    ParkedCall(
            int node, String name, String object, Access access, boolean isAwaited, Supplier<CompletionStage<T>> call) {
        this.node = node;
        this.name = name;
        this.object = object;
        this.access = access;
        this.isAwaited = isAwaited;
        this.call = call;
    }

    boolean isCarriedOut() {
        return result != null;
    }

    void carryOut() {
        result = call.get().toCompletableFuture();
    }

    /** Gives the answer, or loses it. */
    void complete(boolean lost) {
        CompletableFuture<T> known = result;
        if (known == null) {
            throw new IllegalStateException(this + " was not carried out");
        }
        if (lost) {
            answer.completeExceptionally(new StoreUnavailableException("The answer was lost", null));
        } else {
            answer.complete(known.join());
        }
    }

    /** Whether the two lead to the same in either order. */
    boolean commutesWith(ParkedCall<?> other) {
        if (node == other.node || access == Access.MOMENT || other.access == Access.MOMENT) {
            return false;
        }
        return !object.equals(other.object) || (access == Access.READ && other.access == Access.READ);
    }

    /** With its outcome, once it is known. */
    @Override
    public String toString() {
        CompletableFuture<T> known = result;
        String text = "node " + node + ": " + name;
        if (known == null) {
            return text;
        }
        String outcome = String.valueOf(known.join());
        return text + " -> " + (outcome.length() > 40 ? outcome.substring(0, 40) + "…" : outcome);
    }
}
