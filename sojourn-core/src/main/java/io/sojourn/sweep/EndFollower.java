package io.sojourn.sweep;

import io.sojourn.Session;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads which ends were told on any node, and tells this node's listeners of them, one after the other in a thread of its own. */
final class EndFollower {

    private static final Logger LOG = System.getLogger("io.sojourn");

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So few that what the sessions held takes little memory. */
    private static final int BATCH = 20;

    private final EngineContext context;
    private final SessionEnds ends;
    private final String node;
    private final BiFunction<SessionId, SessionRecord, Session> sessions;
    private final EndSweeper.Listener listener;
    private final Thread thread;
    private volatile boolean closed;

    /** When to read no more once it is closed, by {@link System#nanoTime()}. */
    private volatile long deadline;

    /** After the last end that was told here; null until the store has answered once. */
    private @Nullable String position;

    /** When the position was reached. */
    private long since = System.nanoTime();

    /** @param node the name of this node */
    EndFollower(
            EngineContext context,
            SessionEnds ends,
            String node,
            BiFunction<SessionId, SessionRecord, Session> sessions,
            EndSweeper.Listener listener) {
        this.context = context;
        this.ends = ends;
        this.node = node;
        this.sessions = sessions;
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
        String after = position;
        SharedEnds shared = Waiting.await(context.ask(null, store -> ends.shared(after, BATCH)));
        List<CompletionStage<Optional<StoredSession>>> copies = shared.ends().stream()
                .map(end -> context.ask(end.id(), store -> ends.kept(end.id())))
                .toList();
        copies.forEach(
                this::requireAnswer); // All before the first end is told, or it would be told again in the next round.
        for (int i = 0; i < copies.size(); i++) {
            if (isOver()) {
                return false;
            }
            tell(shared.ends().get(i), copies.get(i));
        }
        position = shared.position();
        since = System.nanoTime();
        return copies.size() == BATCH;
    }

    /** Throws if the store did not answer, unless that has lasted for so long that it has no copies any more. */
    private void requireAnswer(CompletionStage<Optional<StoredSession>> copy) {
        try {
            Optional<StoredSession> unused = Waiting.await(copy);
        } catch (UnreadableSessionException e) {
            // That is told.
        } catch (SojournException e) {
            if (System.nanoTime() - since < SessionEnds.COPY_STAYS.toNanos()) {
                throw e;
            }
        }
    }

    private void tell(SharedEnds.End end, CompletionStage<Optional<StoredSession>> copy) {
        try {
            listener.ended(ended(end, copy).from(end.node().equals(node)));
        } catch (Throwable e) { // Any: or the same ends would be read again and again.
            context.observers().tell(o -> o.endNotTold(end.id(), null, e));
        }
    }

    private EndedSession ended(SharedEnds.End end, CompletionStage<Optional<StoredSession>> copy) {
        SessionId id = end.id();
        EndCause cause = EndedSession.causeNamed(end.cause());
        try {
            StoredSession stored = Waiting.await(copy).orElse(null);
            if (stored == null) { // This node is late, and what the session held is gone. Its id and the cause are not.
                return EndedSession.unreadable(id, cause, SessionEndListener.READ_TRIES);
            }
            SessionRecord last = SessionRecord.of(stored);
            return EndedSession.of(
                    id,
                    cause,
                    SessionEndListener.READ_TRIES,
                    () -> sessions.apply(id, last),
                    last.names().size());
        } catch (UnreadableSessionException e) {
            return EndedSession.unreadable(id, cause, SessionEndListener.READ_TRIES);
        }
    }

    /** Reads once more what there is, and then no more. Waits for that, and for a listener that is running. */
    void close(Duration atMost) {
        long millis = Math.max(100, atMost.toMillis());
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
