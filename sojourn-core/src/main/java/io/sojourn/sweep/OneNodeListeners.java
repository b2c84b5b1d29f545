package io.sojourn.sweep;

import io.sojourn.context.EngineContext;
import io.sojourn.context.Waiting;
import io.sojourn.spi.SessionEnds;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows which nodes have listeners that are told on one node. Nodes that have only listeners that are told on every node leave all ends
 * to those nodes, because no listener on one node would be told of an end that they note as told. Without {@code endEventsOnEveryNode}
 * every node that searches has such listeners, and nothing is asked.
 */
final class OneNodeListeners {

    /** So long after its last sign of life a node counts as gone, as with the lease of a claim. */
    private static final Duration STAYS = HeldClaims.LEASE;

    private static final long SAY_EVERY_NANOS = STAYS.toNanos() / 3;
    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long an answer holds that there are none elsewhere, and that there are some. */
    private static final long NONE_HOLDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long SOME_HOLDS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final EngineContext context;
    private final SessionEnds ends;
    /** Of this search alone: another one of this node may begin before this one has left. Null without {@code endEventsOnEveryNode}. */
    private final @Nullable String name;

    private final BooleanSupplier hasOwn;

    /** By {@link System#nanoTime()}. */
    private volatile long sayAt = System.nanoTime();

    /** Guarded by this, as what is sent for them: so nothing is said after this search has left. */
    private boolean said;

    private boolean left;
    private volatile boolean elsewhere;

    /** When to ask again. */
    private volatile long askAt = System.nanoTime();

    /** @param hasOwn whether this node has such listeners */
    OneNodeListeners(EndContext context, BooleanSupplier hasOwn) {
        this.context = context.engine();
        this.ends = context.ends();
        this.name = context.node() == null
                ? null
                : Long.toHexString(ThreadLocalRandom.current().nextLong());
        this.hasOwn = hasOwn;
    }

    /** Lets the other nodes know that this one has listeners, if it is time to. Does not wait. */
    synchronized void say() {
        String mine = name;
        if (mine == null || left || sayAt - System.nanoTime() > 0 || !hasOwn.getAsBoolean()) {
            return;
        }
        said = true;
        sayAt = System.nanoTime() + SAY_EVERY_NANOS;
        CompletionStage<Boolean> unused = context.ask(null, store -> ends.listens(mine, STAYS))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        sayAt = System.nanoTime() + SAY_AGAIN_NANOS;
                    }
                });
    }

    /** This node stops: the others need not leave ends to it any more. */
    synchronized CompletionStage<Boolean> leave() {
        String mine = name;
        left = true;
        return mine == null || !said
                ? CompletableFuture.completedFuture(false)
                : context.ask(null, store -> ends.listens(mine, Duration.ZERO));
    }

    /**
     * Whether this node is to leave ends to others. Asks the store unless it has answered a moment ago.
     *
     * @throws io.sojourn.SojournException if the store does not answer
     */
    boolean areOnlyElsewhere() {
        if (name == null || hasOwn.getAsBoolean()) {
            return false;
        }
        if (askAt - System.nanoTime() <= 0) {
            boolean answer = Waiting.await(context.ask(null, store -> ends.isListened()));
            elsewhere = answer;
            askAt = System.nanoTime() + (answer ? SOME_HOLDS_NANOS : NONE_HOLDS_NANOS);
        }
        return elsewhere;
    }

    /** As {@link #areOnlyElsewhere}, but takes it for granted that there are none unless the last answer was that there are. */
    boolean wereOnlyElsewhere() {
        return elsewhere && areOnlyElsewhere();
    }
}
