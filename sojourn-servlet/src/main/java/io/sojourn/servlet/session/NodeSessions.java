package io.sojourn.servlet.session;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SojournException;
import jakarta.servlet.http.HttpSession;
import java.io.Closeable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of which a part lives in the memory of this node: attributes that belong to the container, such as Tomcat's list of a
 * user's WebSockets, and connections that are closed with the session.
 *
 * <p>A session can end on another node, by a revocation or by its TTL, and no store tells of it. So one daemon thread asks the store
 * about each of these sessions, once in an interval, and extends those whose connections were used. It runs while there are any.
 */
public final class NodeSessions implements AutoCloseable {

    /** A connection is closed at most that long after its session has ended elsewhere. */
    static final Duration MAX_INTERVAL = Duration.ofSeconds(30);

    /** So many, because an end is told again if it cannot be noted at once. */
    private static final int TOLD_AT_MOST = 10_000;

    /** So long a request may take to invalidate a session; after that the listeners are told anyway. */
    private static final Duration REQUEST_KNOWS_WITHIN = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger(NodeSessions.class.getPackageName());

    /** In {@link #listenersTold}: the listeners were told, or are about to be. */
    private static final Object TOLD = "told";

    private final SessionManager manager;
    private final Duration requestKnowsWithin;
    private final Map<SessionId, NodeSession> sessions = new ConcurrentHashMap<>();
    private @Nullable Thread watch;

    /**
     * Those that the application has ended itself; the eldest leave. For each either {@link #TOLD}, or the latch of a request that
     * invalidates it at this moment, which opens when that request knows whether the session has ended.
     */
    private final Map<SessionId, Object> listenersTold = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, Object> eldest) {
            return size() > TOLD_AT_MOST;
        }
    });

    /** What requests that are under way show of their sessions. */
    private final Set<HttpSessionView> inRequests = ConcurrentHashMap.newKeySet();

    public NodeSessions(SessionManager manager) {
        this(manager, REQUEST_KNOWS_WITHIN);
    }

    NodeSessions(SessionManager manager, Duration requestKnowsWithin) {
        this.manager = manager;
        this.requestKnowsWithin = requestKnowsWithin;
    }

    /**
     * Ends a session. If the store fails, the listeners are told once the session has ended, and not by the caller.
     *
     * @return whether the caller is to tell the listeners: not if another request that invalidates the same session does, or if
     *     the thread that tells of ends has waited too long for this one
     */
    public boolean invalidate(Session session) {
        if (!manager.settings().endEvents()) {
            boolean unused = manager.revoke(session);
            return true;
        }
        SessionId id = session.id();
        CountDownLatch known = new CountDownLatch(1);
        boolean noted = listenersTold.putIfAbsent(id, known) == null;
        try {
            boolean unused = manager.revoke(session);
            return session.isRevoked() ? listenersTold.replace(id, known, TOLD) : noted;
        } finally {
            boolean unused =
                    listenersTold.remove(id, known); // It failed, or the session goes on under another principal.
            known.countDown();
        }
    }

    /** A request shows the session from now on, until {@link #endShowing}. */
    public void beginShowing(HttpSessionView view) {
        if (manager.settings().endEvents()) {
            inRequests.add(view);
        }
    }

    /** The request leaves. It is to tell the listeners if the session was revoked: see {@link #isLeftToRequest}. */
    public void endShowing(HttpSessionView view) {
        inRequests.remove(view);
    }

    /**
     * Whether a request of this node that is under way has revoked the session, and tells its listeners: with its own values, not with copies
     * of them. If a request invalidates the session, waits until that request knows that it has ended. If a request has revoked it, its
     * session object knows: it learns of the end before the listeners.
     */
    boolean isLeftToRequest(SessionId id) {
        try {
            if (listenersTold.get(id) instanceof CountDownLatch known
                    && !known.await(requestKnowsWithin.toMillis(), TimeUnit.MILLISECONDS)) {
                boolean unused = listenersTold.remove(id, known);
            }
            return !listenersTold.containsKey(id)
                    && inRequests.stream()
                            .anyMatch(view ->
                                    view.session().id().equals(id) && view.mustEnd() && inRequests.contains(view));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Whether the listeners of this node are still to be told of this end. Afterwards they are not: of the request that has the session and
     * the thread that tells of ends, the first one tells.
     */
    boolean claimTelling(SessionId id) {
        return !manager.settings().endEvents() || listenersTold.putIfAbsent(id, TOLD) == null;
    }

    /** It has failed. */
    void releaseTelling(SessionId id) {
        Object unused = listenersTold.remove(id);
    }

    @Nullable
    Object get(SessionId id, String name) {
        NodeSession session = sessions.get(id);
        return session == null ? null : session.get(name);
    }

    Set<String> names(SessionId id) {
        NodeSession session = sessions.get(id);
        return session == null ? Set.of() : session.names();
    }

    void put(Session session, SessionAccess access, String name, Object value) {
        keep(session, access, kept -> kept.put(name, value, session));
    }

    private void keep(Session session, SessionAccess access, Consumer<NodeSession> addition) {
        sessions.compute(session.id(), (id, known) -> {
            NodeSession kept = known == null ? new NodeSession(id, access) : known;
            addition.accept(kept);
            return kept;
        });
        watch();
    }

    @Nullable
    Object remove(SessionId id, String name) {
        Object[] removed = new Object[1];
        sessions.computeIfPresent(id, (same, session) -> {
            removed[0] = session.remove(name);
            return session.isEmpty() ? null : session;
        });
        return removed[0];
    }

    /** Closes the connection when the session ends; the result makes it forget the connection. */
    Runnable closeAtEnd(Session session, SessionAccess access, Closeable connection) {
        keep(session, access, kept -> kept.add(connection, session));
        return () -> sessions.computeIfPresent(session.id(), (id, known) -> {
            known.remove(connection);
            return known.isEmpty() ? null : known;
        });
    }

    /** The application has used the session outside of a request, for example in a WebSocket. */
    void used(Session session) {
        NodeSession kept = sessions.get(session.id());
        if (kept != null) {
            kept.noteUse(session);
        }
    }

    void end(SessionId id, HttpSession ended) {
        NodeSession session = sessions.remove(id);
        if (session != null) {
            session.end(ended);
        }
    }

    /** The session has ended elsewhere, or goes on under another principal. */
    private void end(SessionId id, Session owner, HttpSessionView view) {
        view.becomeInvalid();
        NodeSession[] ended = new NodeSession[1];
        sessions.computeIfPresent(id, (same, session) -> {
            ended[0] = session.takeOut(owner);
            return session.isEmpty() ? null : session;
        });
        if (ended[0] != null) {
            ended[0].end(view);
        }
    }

    private synchronized void watch() {
        if (watch == null) {
            Thread thread = new Thread(this::run, "sojourn-servlet-connections");
            thread.setDaemon(true);
            watch = thread;
            thread.start();
        }
    }

    private void run() {
        try {
            while (hasMore()) {
                Thread.sleep(interval().toMillis());
                sessions.values().forEach(this::look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed.
        }
    }

    private synchronized boolean hasMore() {
        boolean more = !sessions.isEmpty() && watch == Thread.currentThread();
        if (!more && watch == Thread.currentThread()) {
            watch = null;
        }
        return more;
    }

    private Duration interval() {
        Duration touch = manager.settings().touchInterval();
        Duration least = Duration.ofMillis(100);
        return touch.compareTo(least) < 0 ? least : touch.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : touch;
    }

    private void look(NodeSession session) {
        try {
            session.look(this::remove);
            for (Session owner : session.owners()) {
                if (!sessions.containsKey(session.id())) {
                    return;
                }
                boolean alive = session.takeUsed(owner) ? manager.keepAlive(owner) : manager.isAlive(owner);
                if (!alive) {
                    end(session.id(), owner, session.view(owner));
                }
            }
        } catch (SojournException e) {
            LOG.log(Level.DEBUG, "The store cannot say whether a session with connections lives; asked again later", e);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "A connection could not be closed with its session", e);
        }
    }

    /** Ends the thread and waits for it; the connections are the container's to close. */
    @Override
    public void close() {
        Thread thread;
        synchronized (this) {
            thread = watch;
            watch = null;
        }
        sessions.clear();
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(MAX_INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
