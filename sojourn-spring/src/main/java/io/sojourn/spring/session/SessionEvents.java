package io.sojourn.spring.session;

import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.observe.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;

/**
 * Publishes {@link SessionCreatedEvent} and {@link SessionDeletedEvent} for what this node does: for sessions that it has stored
 * for the first time, and for those that it has ended on purpose, by whatever call. A session that ends by itself, because it was not
 * used or has become too old, is told to nobody: there is no {@code SessionExpiredEvent}.
 *
 * <p>The events are published in a thread of their own, one after the other, since a listener may block and the store's
 * threads must not. The session of a created event is loaded when a listener asks for more than its id; of a deleted one
 * there is the id alone. The id of both is the bare one, without the number that changes at a rotation.
 */
public final class SessionEvents implements SessionObserver, DisposableBean {

    private static final Logger LOG = System.getLogger(SessionEvents.class.getName());
    private static final int MAX_WAITING = 10_000;
    private static final long IDLE_SECONDS = 10;

    private final ApplicationEventPublisher publisher;
    private final Supplier<SessionManager> manager;
    private final ThreadPoolExecutor executor;

    /** @param manager asked for when there is something to tell, since the manager needs its observers first */
    public SessionEvents(ApplicationEventPublisher publisher, Supplier<SessionManager> manager) {
        this.publisher = publisher;
        this.manager = manager;
        executor = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "sojourn-session-events");
                    thread.setDaemon(true);
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
        ToldSession session = new ToldSession(id, Optional::empty);
        publish(() -> publisher.publishEvent(new SessionDeletedEvent(this, session)));
    }

    private void publish(Runnable event) {
        try {
            executor.execute(() -> {
                try {
                    event.run();
                } catch (RuntimeException e) {
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

    /** Publishes no more. */
    @Override
    public void destroy() {
        executor.shutdown();
    }
}
