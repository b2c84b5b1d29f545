package io.sojourn.redis.operation;

import io.sojourn.StoreUnavailableException;
import io.sojourn.redis.connection.FailureAdvice;
import io.sojourn.redis.connection.Node;
import io.sojourn.redis.connection.NodeListener;
import io.sojourn.redis.connection.Redirection;
import io.sojourn.redis.script.Script;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets writes wait until replicas have them ({@code WAIT}).
 *
 * <p>{@code WAIT} asks about the writes of its own connection, and holds up all that follows on it. So these writes have a
 * connection of their own to each node, and reads are not held up. One {@code WAIT} is under way at a time on each: what was
 * written meanwhile waits for the next, which answers for all of it. It is sent when the write has been answered, and does
 * not count if the connection was made anew in between, since the server would answer for nothing then.
 *
 * <p>Lettuce reports connections, and fails commands, while it holds the lock of a connection. Each command that is sent needs that
 * lock for a moment, and is sent here under a lock of this class. So whatever Lettuce calls in that way must not wait for the lock
 * of this class: both threads would wait for ever.
 */
public final class Durability implements NodeListener {

    private final Connection connection;
    private final int replicas;
    private final Duration wait;
    private final ReentrantLock lock = new ReentrantLock();

    /** The present connection to each node, and what waits there. */
    private final Map<Node, Turn> turns = new ConcurrentHashMap<>();

    public Durability(Connection connection, int replicas, Duration wait) {
        this.connection = connection;
        this.replicas = replicas;
        this.wait = wait;
        connection.addListener(this);
    }

    /** What one connection to a node has under way: at most one question, and at most one that comes after it; guarded by the lock. */
    private static final class Turn {
        @Nullable
        CompletableFuture<Long> asked;

        @Nullable
        CompletableFuture<Long> next;
    }

    @Override
    public void connected(Node node) {
        turns.put(node, new Turn());
    }

    @Override
    public void lost(Node node) {
        turns.remove(node);
    }

    Connection connection() {
        return connection;
    }

    /**
     * Writes under a key, and waits if anything was written.
     *
     * @param wrote tells by the reply
     */
    public <T> CompletionStage<T> write(
            String key, Function<Node, ? extends CompletionStage<T>> call, Predicate<? super T> wrote) {
        Node node = connection.node(key);
        if (node == null) {
            return CompletableFuture.failedFuture(
                    new StoreUnavailableException("A write did not reach " + connection, null));
        }
        return at(node, false, call, wrote).exceptionallyCompose(failure -> {
            // Nothing was written where the slot is no more, or not yet.
            Redirection elsewhere = Redirection.of(failure);
            return elsewhere == null
                    ? CompletableFuture.failedFuture(failure)
                    : connection.node(elsewhere).thenCompose(right -> at(right, elsewhere.asking(), call, wrote));
        });
    }

    private <T> CompletionStage<T> at(
            Node node, boolean asking, Function<Node, ? extends CompletionStage<T>> call, Predicate<? super T> wrote) {
        Turn turn;
        CompletionStage<T> answer;
        lock.lock(); // Nothing comes between ASKING and what it is for.
        try {
            turn = turns.get(node);
            if (asking) {
                // ASKING is for one command: no script may need a second one, with its text.
                Script.OF_ENDS.forEach(script -> script.leaveWith(node.commands()));
                Object unused = node.commands().asking();
            }
            answer = call.apply(node);
        } finally {
            lock.unlock();
        }
        return answer.thenCompose(reply -> wrote.test(reply)
                ? acknowledged(node, turn).thenApply(count -> checked(reply, count))
                : CompletableFuture.completedFuture(reply));
    }

    private CompletionStage<Long> acknowledged(Node node, @Nullable Turn turn) {
        lock.lock();
        try {
            if (turn == null || turns.get(node) != turn) {
                return CompletableFuture.completedFuture(0L);
            }
            if (turn.asked == null) {
                CompletableFuture<Long> asked = new CompletableFuture<>();
                turn.asked = asked;
                ask(node, turn, asked);
                return asked;
            }
            if (turn.next == null) {
                turn.next = new CompletableFuture<>();
            }
            return turn.next;
        } finally {
            lock.unlock();
        }
    }

    private void ask(Node node, Turn turn, CompletableFuture<Long> asked) {
        CompletionStage<?> unused = node.commands()
                .waitForReplication(replicas, wait.toMillis())
                .handle((count, failure) -> {
                    if (failure == null) {
                        goOn(node, turn);
                        // The question may have been sent on a connection that was made anew.
                        return asked.complete(turns.get(node) == turn ? count : 0L);
                    }
                    CompletableFuture<Void> unusedToo = CompletableFuture.runAsync(() -> goOn(node, turn));
                    return asked.complete(0L);
                });
    }

    private void goOn(Node node, Turn turn) {
        CompletableFuture<Long> inVain = null;
        lock.lock();
        try {
            CompletableFuture<Long> next = turn.next;
            turn.asked = next;
            turn.next = null;
            if (next != null) {
                if (turns.get(node) == turn) {
                    ask(node, turn, next);
                } else {
                    turn.asked = null;
                    inVain = next;
                }
            }
        } finally {
            lock.unlock();
        }
        if (inVain != null) {
            inVain.complete(0L);
        }
    }

    private <T> T checked(T reply, long count) {
        if (count < replicas) {
            throw new StoreUnavailableException(
                    "A write was applied by " + connection + ", but " + count + " of " + replicas
                            + FailureAdvice.ACKNOWLEDGED + wait.toMillis()
                            + " ms: it is lost if that server fails now",
                    null);
        }
        return reply;
    }
}
