package io.sojourn.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of this process that wait to write one session, in order. Guarded by {@link SaveQueues}. */
final class SaveQueue {

    private final Deque<CommitAttempt> waiting = new ArrayDeque<>();

    int size() {
        return waiting.size();
    }

    void add(CommitAttempt attempt) {
        waiting.add(attempt);
    }

    boolean remove(CommitAttempt attempt) {
        return waiting.remove(attempt);
    }

    @Nullable
    CommitAttempt poll() {
        return waiting.poll();
    }

    /** Takes out those whose changes can go with the write of another. */
    List<SaveAttempt> takeMergeable() {
        List<SaveAttempt> taken = new ArrayList<>(waiting.size());
        waiting.removeIf(attempt -> attempt instanceof SaveAttempt save && save.isMergeable() && taken.add(save));
        return taken;
    }

    void putBack(List<SaveAttempt> attempts) {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (!attempts.get(i).isWithdrawn) {
                waiting.addFirst(attempts.get(i));
            }
        }
    }

    List<CommitAttempt> takeAll() {
        List<CommitAttempt> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
