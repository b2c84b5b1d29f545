package io.sojourn.sweep;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.context.EngineContext;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.log.SettingName;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionEnds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The listeners of this node. While there are any it takes part in the search, and while some are to hear of every end it
 * reads what any node has told. */
final class EndListeners {

    /** How long a node that stops may take from closing its last listener on one node until it closes those on every node. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);

    private final EndContext context;

    /** No monitor: a start waits for the store, and a virtual thread must not hold its carrier meanwhile. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Those that the search tells. The last one stays in the list that a search has, so that no end is told to none while it stops. */
    private List<Listening> onOneNode = new CopyOnWriteArrayList<>();

    private List<Listening> onEveryNode = new CopyOnWriteArrayList<>();

    /** Runs while there are listeners, and tells the ends that this process brings about; without one any node does. */
    private volatile @Nullable EndSweeper sweeper;

    /** Runs while there are listeners on every node. */
    private @Nullable EndFollower follower;

    EndListeners(EngineContext context, SessionEnds ends, BiFunction<SessionId, SessionRecord, Session> sessions) {
        String node = context.settings().endEventsOnEveryNode()
                ? Long.toHexString(ThreadLocalRandom.current().nextLong())
                : null;
        this.context = new EndContext(context, ends, node, sessions);
    }

    /** One call that added a listener; it has the class loader of the application that called. */
    private final class Listening implements EndWatch {

        private final SessionEndListener listener;
        private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

        Listening(SessionEndListener listener) {
            this.listener = listener;
        }

        void tell(EndedSession end) throws Exception {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                end.requireReadable();
                listener.ended(end);
            } finally {
                thread.setContextClassLoader(before);
                // The listener may have set it, and every later wait of this thread would fail at once.
                boolean unused = Thread.interrupted();
            }
        }

        @Override
        public void close() {
            locked(() -> idleWithout(this)).close();
            searchAgainLater();
        }
    }

    /** What is to be closed when the last listener has left. */
    private record Idle(
            @Nullable EndFollower follower, @Nullable EndSweeper sweeper) {

        /** Closes the search first, so that the follower still reads the last ends that it has told. No other node may be there to read them. */
        void close() {
            long start = System.nanoTime();
            if (sweeper != null) {
                sweeper.close();
            }
            if (follower != null) {
                follower.close(EndSweeper.CLOSE_WITHIN.minusNanos(System.nanoTime() - start));
            }
        }
    }

    /** The name of this node; null if ends are told on one node only. */
    @Nullable
    String node() {
        return context.node();
    }

    /** The search, if it runs. */
    @Nullable
    EndSweeper sweeper() {
        return sweeper;
    }

    EndWatch listen(SessionEndListener listener) {
        Listening listening = new Listening(listener);
        return locked(() -> {
            onOneNode.add(listening);
            search();
            return listening;
        });
    }

    EndWatch listenOnEveryNode(SessionEndListener listener) {
        if (context.node() == null) {
            throw new IllegalStateException(
                    "Ends of sessions are told on one node only: on every node that uses these sessions switch on "
                            + SettingName.END_EVENTS_ON_EVERY_NODE);
        }
        Listening listening = new Listening(listener);
        return locked(() -> {
            List<Listening> told = onEveryNode;
            if (follower == null) {
                EndFollower started = new EndFollower(context, end -> tell(told, end));
                started.start();
                follower = started;
            }
            told.add(listening);
            search();
            return listening;
        });
    }

    private void search() {
        if (sweeper == null) {
            List<Listening> told = onOneNode;
            sweeper = EndSweeper.start(context, () -> !told.isEmpty(), end -> tell(told, end), System::nanoTime);
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private Idle idleWithout(Listening listening) {
        List<Listening> sameKind = onOneNode.contains(listening) ? onOneNode : onEveryNode;
        if (!sameKind.contains(listening)) {
            return new Idle(null, null); // It was closed before.
        }
        if (sameKind.size() > 1) {
            sameKind.remove(listening);
            return new Idle(null, null);
        }
        if (sameKind == onOneNode) {
            // Also if there are listeners on every node: they may be closed next, because this node stops, and an end
            // that it found in between would be told to no listener on one node. If they stay, the search begins again,
            // and leaves ends to nodes that still have listeners on one node.
            onOneNode = new CopyOnWriteArrayList<>();
            return new Idle(null, noSweeper());
        }
        onEveryNode = new CopyOnWriteArrayList<>();
        EndFollower last = follower;
        follower = null;
        return new Idle(last, onOneNode.isEmpty() ? noSweeper() : null);
    }

    /** Begins again after a while if there are listeners on every node and no search. */
    private void searchAgainLater() {
        if (hasNoSearch()) {
            CompletableFuture.delayedExecutor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> {
                        boolean unused = locked(() -> {
                            boolean begins = hasNoSearch();
                            if (begins) {
                                search();
                            }
                            return begins;
                        });
                    });
        }
    }

    private boolean hasNoSearch() {
        return locked(() -> sweeper == null && !onEveryNode.isEmpty());
    }

    private @Nullable EndSweeper noSweeper() {
        EndSweeper last = sweeper;
        sweeper = null;
        return last;
    }

    private static void tell(List<Listening> listeners, EndedSession end) throws Exception {
        SessionEndListener.all(listeners.stream()
                        .<SessionEndListener>map(listening -> same -> listening.tell(end))
                        .toList())
                .ended(end);
    }
}
