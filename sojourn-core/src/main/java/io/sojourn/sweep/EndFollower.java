package io.sojourn.sweep;

import io.sojourn.SessionId;
import io.sojourn.SojournException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.context.EngineContext;
import io.sojourn.context.Waiting;
import io.sojourn.ends.EndCause;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.SessionEnds;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.ends.SharedEnds;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads which ends were told on any node, and tells this node's listeners of them, one after the other in a thread of its own. */
final class EndFollower {

    private static final Logger LOG = System.getLogger("io.sojourn");

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long COPY_STAYS_NANOS = SessionEnds.COPY_STAYS.toNanos();

    /** So few that what the sessions held takes little memory. */
    private static final int BATCH = 20;

    /** With more copies than this that the store has not answered, no further ends are read. */
    private static final int LATE_AT_MOST = 10_000;

    /** How many of the ends that were read last are recognized if they are read again. */
    private static final int KNOWN_AT_MOST = 10_000;

    private final EndContext context;
    private final EngineContext engine;
    private final SessionEnds ends;
    private final EndSweeper.Listener listener;
    private final Thread thread;
    private volatile boolean closed;

    /** When to read no more once it is closed, by {@link System#nanoTime()}. */
    private volatile long deadline;

    /** After the last end that was told here; null until the store has answered once. */
    private @Nullable String position;

    /** Those that were read last; the eldest leave. */
    private final Set<Identity> known = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Identity, Boolean> eldest) {
            return size() > KNOWN_AT_MOST;
        }
    });

    /** Those whose copies the store has not answered, by the time of the next try. */
    private final Queue<Late> late = new ArrayDeque<>();

    /** What is the same of two entries of one end: its note was retried after a lost answer, or the store has lost that it was read. */
    private record Identity(SessionId id, Instant at) {}

    /**
     * An end that waits for another try to load its copy.
     *
     * @param readAt when the end was read, by {@link System#nanoTime()}
     * @param nextAt when to try again
     */
    private record Late(SharedEnds.End end, long readAt, long nextAt) {}

    EndFollower(EndContext context, EndSweeper.Listener listener) {
        this.context = context;
        this.engine = context.engine();
        this.ends = context.ends();
        this.listener = listener;
        this.thread = new Thread(this::run, "sojourn-ends-everywhere");
        thread.setDaemon(true);
    }

    /** The listener is told of ends that are shared from now on, or from when the store answers if it does not now. */
    void start() {
        try {
            boolean unused = round();
        } catch (SojournException e) {
            // The thread asks again.
        }
        thread.start();
    }

    private void run() {
        while (!closed) {
            boolean more = false;
            try {
                more = round();
            } catch (SojournException e) {
                // The observer knows. The next round reads from the same position.
            } catch (RuntimeException | Error e) {
                LOG.log(
                        Level.WARNING,
                        "The ends that were told on other nodes could not be read; this is tried again",
                        e);
            }
            if (!more) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        try {
            while (!isOver() && !late.isEmpty()) {
                boolean unused = tell(due());
            }
            while (!isOver() && round()) {
                // There may be more.
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "The last ends could not be read before this node stopped", e);
        }
    }

    private boolean isOver() {
        return closed && System.nanoTime() - deadline >= 0;
    }

    /** Tells whether there may be more. */
    private boolean round() {
        boolean more = tell(due());
        if (late.size() >= LATE_AT_MOST) {
            return more;
        }
        String after = position;
        SharedEnds shared = Waiting.await(engine.ask(null, store -> ends.shared(after, BATCH)));
        long now = System.nanoTime();
        List<Late> fresh = shared.ends().stream()
                .filter(this::isNew)
                .map(end -> new Late(end, now, now))
                .toList();
        position = shared.position();
        if (shared.missed() > 0) {
            engine.observers().tell(o -> o.endsMissed(shared.missed()));
        }
        boolean told = tell(fresh);
        return more || told || shared.ends().size() == BATCH;
    }

    private boolean isNew(SharedEnds.End end) {
        Instant at = end.at();
        return at == null || known.add(new Identity(end.id(), at));
    }

    /** Those that are to be tried again now; all of them when this node stops. */
    private List<Late> due() {
        long now = System.nanoTime();
        List<Late> due = new ArrayList<>();
        while (due.size() < BATCH && !late.isEmpty() && (closed || late.element().nextAt - now <= 0)) {
            due.add(late.remove());
        }
        return due;
    }

    /** What cannot be loaded waits for its next try, and holds up no other end. Tells whether there may be more that can be told now. */
    private boolean tell(List<Late> batch) {
        List<CompletionStage<Optional<StoredSession>>> copies =
                batch.stream().map(one -> copy(one.end.id())).toList();
        boolean told = false;
        for (int i = 0; i < copies.size() && !isOver(); i++) {
            Late one = batch.get(i);
            if (isAnswered(copies.get(i)) || closed || System.nanoTime() - one.readAt >= COPY_STAYS_NANOS) {
                tell(one.end, copies.get(i));
                told = true;
            } else {
                late.add(new Late(one.end, one.readAt, System.nanoTime() + PAUSE_NANOS));
            }
        }
        return told && batch.size() == BATCH;
    }

    private CompletionStage<Optional<StoredSession>> copy(SessionId id) {
        try {
            return engine.ask(id, store -> ends.kept(id));
        } catch (Error e) { // Any: or this end would be read again and again.
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isAnswered(CompletionStage<Optional<StoredSession>> copy) {
        try {
            Optional<StoredSession> unused = Waiting.await(copy);
            return true;
        } catch (UnreadableSessionException e) {
            return true; // That is told.
        } catch (SojournException e) {
            return false;
        }
    }

    private void tell(SharedEnds.End end, CompletionStage<Optional<StoredSession>> copy) {
        try {
            listener.ended(ended(end, copy).from(end.node().equals(context.node())));
        } catch (Throwable e) { // Any: the ends that follow are to be told.
            engine.observers().tell(o -> o.endNotTold(end.id(), null, e));
        }
    }

    private EndedSession ended(SharedEnds.End end, CompletionStage<Optional<StoredSession>> copy) {
        SessionId id = end.id();
        EndCause cause = StoredCause.parse(end.cause()).cause(); // A snapshot has added the node.
        try {
            StoredSession stored = Waiting.await(copy).orElse(null);
            if (stored == null) { // This node is late, and what the session held is gone. Its id and the cause are not.
                return EndedSession.unreadable(id, cause, SessionEndListener.READ_TRIES);
            }
            return context.ended(id, cause, SessionEndListener.READ_TRIES, SessionRecord.of(stored));
        } catch (SojournException e) { // It is damaged, or could not be loaded in time.
            return EndedSession.unreadable(id, cause, SessionEndListener.READ_TRIES);
        }
    }

    /** Reads once more what there is, and then no more. Waits for that, and for a listener that is running unless it is the one that calls. */
    void close(Duration atMost) {
        long millis = Math.max(100, atMost.toMillis());
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        closed = true;
        LockSupport.unpark(thread);
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
