package io.sojourn.spring.session;

import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.ends.SessionEnd;
import io.sojourn.ends.SessionEndListener;
import io.sojourn.observe.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.session.Session;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.events.SessionDestroyedEvent;
import org.springframework.session.events.SessionExpiredEvent;

/**
 * Publishes Spring Session's events. Those of what this node does: {@link SessionCreatedEvent} for sessions that it has stored for the
 * first time, and {@link SessionDeletedEvent} for those that it has ended on purpose, by whatever call.
 *
 * <p>With {@code endEvents} it is told of every end, on one of the nodes: then {@link SessionDeletedEvent} and {@link SessionExpiredEvent},
 * the latter for timeouts, have the session with its attributes, and a listener that throws is told again later. Spring Boot lets
 * it listen by itself. Without {@code endEvents} there is no {@link SessionExpiredEvent}, and of a deleted session there is the id alone.
 *
 * <p>Events of what this node does are published in a thread of their own, one after the other, since a listener may block and the store's
 * threads must not. The session of a created event is loaded when a listener asks for more than its id. Its id, and that of a
 * deleted session without attributes, is the bare one, without the number that changes at a rotation.
 */
public final class SessionEvents implements SessionObserver, SessionEndListener, DisposableBean {

    private static final Logger LOG = System.getLogger(SessionEvents.class.getName());
    private static final int MAX_WAITING = 10_000;
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 10;

    private final ApplicationEventPublisher publisher;
    private final Supplier<SessionManager> manager;
    private final ThreadPoolExecutor executor;
    private volatile @Nullable Thread publishing;

    /** @param manager asked for when there is something to tell, since the manager needs its observers first */
    public SessionEvents(ApplicationEventPublisher publisher, Supplier<SessionManager> manager) {
        this.publisher = publisher;
        this.manager = manager;
        executor = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "sojourn-session-events");
                    thread.setDaemon(true);
                    publishing = thread;
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public void created(SessionId id) {
        ToldSession session = new ToldSession(
                id,
                () -> manager.get()
                        .findById(id)
                        .map(found -> new SojournSession(
                                found, manager.get().settings().clock())));
        publish(() -> publisher.publishEvent(new SessionCreatedEvent(this, session)));
    }

    @Override
    public void revoked(SessionId id) {
        if (manager.get().settings().endEvents()) {
            return; // It will be told with its attributes.
        }
        ToldSession session = new ToldSession(id, Optional::empty);
        publish(() -> publisher.publishEvent(new SessionDeletedEvent(this, session)));
    }

    @Override
    public void ended(SessionEnd end) {
        Session session = end.session()
                .<Session>map(last ->
                        new SojournSession(last, manager.get().settings().clock()))
                .orElseGet(() -> new ToldSession(end.id(), Optional::empty));
        publisher.publishEvent(
                switch (end.cause()) {
                    case IDLE, ABSOLUTE -> new SessionExpiredEvent(this, session);
                    case SIGNED_OUT, REVOKED_ID, REVOKED_ALL, REVOKED_OTHERS, REVOKED_INDEX, LIMIT ->
                        new SessionDeletedEvent(this, session);
                    case UNREADABLE -> new SessionDestroyedEvent(this, session); // Either may be the case.
                });
    }

    private void publish(Runnable event) {
        try {
            executor.execute(() -> {
                try {
                    event.run();
                } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
                    LOG.log(
                            Level.WARNING,
                            "A listener of Spring Session's events failed, or the session could not be loaded",
                            e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.log(
                    Level.WARNING,
                    "An event of Spring Session was dropped: {0} wait already, or the application is about to end",
                    MAX_WAITING);
        }
    }

    /**
     * Takes no more, and waits for the listener that is at work, unless that is the caller; for 10 s at most. A servlet container could
     * not unload the application while the thread runs.
     */
    @Override
    public void destroy() {
        executor.shutdown();
        if (Thread.currentThread() == publishing) {
            return;
        }
        try {
            boolean unused = executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
