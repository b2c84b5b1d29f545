package io.sojourn.engine;

import io.sojourn.SessionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The {@link SaveQueue} of each session that this process writes at the moment. Other processes are not asked: what they write
 * is a conflict.
 */
final class SaveQueues {

    private final Map<SessionId, SaveQueue> queues = new ConcurrentHashMap<>();

    /** Takes the turn, or joins those that wait for it. Gives the queue that was entered. */
    SaveQueue enter(QueuedAttempt attempt, SessionId id) {
        SaveQueue queue = queues.computeIfAbsent(id, SaveQueue::new);
        while (!queue.enter(attempt)) { // Its last attempt has left it just now.
            queues.remove(id, queue);
            queue = queues.computeIfAbsent(id, SaveQueue::new);
        }
        return queue;
    }

    /** Lets the next attempt write if this one has the turn. */
    void leave(QueuedAttempt attempt, boolean storeFailed) {
        SaveQueue queue = attempt.queue();
        if (queue != null && queue.leave(attempt, storeFailed)) {
            queues.remove(queue.id(), queue);
        }
    }

    /** The attempt does not wait any more, since its thread was interrupted. */
    void withdraw(QueuedAttempt attempt) {
        SaveQueue queue = attempt.queue();
        if (queue != null) {
            queue.withdraw(attempt);
            leave(attempt, false);
        }
    }
}
