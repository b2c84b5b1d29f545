package io.sojourn.servlet.session;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.servlet.container.TomcatSockets;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** What this node alone keeps of one session. Thread-safe. */
final class NodeSession {

    private volatile Session session;
    private final SessionAccess access;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>(2);
    private final Set<Closeable> connections = ConcurrentHashMap.newKeySet(2);
    private volatile boolean used;
    private volatile long lastRead;

    NodeSession(Session session, SessionAccess access) {
        this.session = session;
        this.access = access;
    }

    Session session() {
        return session;
    }

    Map<String, Object> attributes() {
        return attributes;
    }

    Set<Closeable> connections() {
        return connections;
    }

    boolean isEmpty() {
        return attributes.isEmpty() && connections.isEmpty();
    }

    HttpSessionView view() {
        return access.view(session);
    }

    /** After a sign-in the session lives on by what its user does, and no more by connections from before. */
    void isKnownAs(Session other) {
        if (session.principal().isEmpty() && other.principal().isPresent()) {
            session = other;
        }
    }

    void isUsed(Session by) {
        if (by.principal().equals(session.principal())) {
            used = true;
        }
    }

    boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** Learns whether a WebSocket of the session was used, and forgets the attribute of Tomcat whose WebSockets are closed. */
    void look(BiConsumer<SessionId, String> forget) {
        attributes.forEach((name, value) -> {
            long read = TomcatSockets.lastRead(access.context(), value, () -> forget.accept(session.id(), name));
            if (read > lastRead) {
                lastRead = read;
                used = true;
            }
        });
    }

    /** Tells the attributes and closes the connections, each of them whatever becomes of the others. */
    void end(HttpSession ended) {
        attributes.forEach((name, value) -> {
            if (value instanceof HttpSessionBindingListener listener) {
                attempt(() -> listener.valueUnbound(new HttpSessionBindingEvent(ended, name, value)));
            }
        });
        connections.forEach(NodeSession::attempt);
    }

    private static void attempt(Closeable part) {
        try {
            part.close();
        } catch (IOException | RuntimeException e) {
            System.getLogger(NodeSession.class.getPackageName())
                    .log(Level.WARNING, "A connection could not be closed with its session", e);
        }
    }
}
