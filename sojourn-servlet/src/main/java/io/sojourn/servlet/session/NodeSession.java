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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node alone keeps of one session. Each part belongs to the principal who had the session when it came: after a sign-out
 * the session goes on as a visitor's, and only the user's parts end. Thread-safe.
 */
final class NodeSession {

    private final SessionId id;
    private final SessionAccess access;
    private final Map<String, Attribute> attributes = new ConcurrentHashMap<>(2);
    private final Map<Closeable, Session> connections = new ConcurrentHashMap<>(2);

    /** Those whose parts were used. */
    private final Set<Optional<String>> used = ConcurrentHashMap.newKeySet(2);

    private volatile long lastRead;

    /** An attribute of the container, and the session object that it was set by. */
    private record Attribute(Object value, Session by) {}

    NodeSession(SessionId id, SessionAccess access) {
        this.id = id;
        this.access = access;
    }

    SessionId id() {
        return id;
    }

    @Nullable
    Object get(String name) {
        Attribute attribute = attributes.get(name);
        return attribute == null ? null : attribute.value;
    }

    Set<String> names() {
        return Set.copyOf(attributes.keySet());
    }

    void put(String name, Object value, Session by) {
        attributes.put(name, new Attribute(value, by));
    }

    @Nullable
    Object remove(String name) {
        Attribute removed = attributes.remove(name);
        return removed == null ? null : removed.value;
    }

    void add(Closeable connection, Session by) {
        connections.put(connection, by);
    }

    void remove(Closeable connection) {
        Session unused = connections.remove(connection);
    }

    boolean isEmpty() {
        return attributes.isEmpty() && connections.isEmpty();
    }

    /** One session object for each principal who has a part. */
    List<Session> owners() {
        Map<Optional<String>, Session> owners = new LinkedHashMap<>();
        attributes.values().forEach(attribute -> owners.putIfAbsent(attribute.by.principal(), attribute.by));
        connections.values().forEach(by -> owners.putIfAbsent(by.principal(), by));
        return List.copyOf(owners.values());
    }

    HttpSessionView view(Session owner) {
        return access.view(owner);
    }

    void noteUse(Session by) {
        used.add(by.principal());
    }

    boolean takeUsed(Session owner) {
        return used.remove(owner.principal());
    }

    /** Learns whether a WebSocket of the session was used, and forgets the attribute of Tomcat whose WebSockets are closed. */
    void look(BiConsumer<SessionId, String> forget) {
        attributes.forEach((name, attribute) -> {
            long read = TomcatSockets.lastRead(access.context(), attribute.value, () -> forget.accept(id, name));
            if (read > lastRead) {
                lastRead = read;
                noteUse(attribute.by);
            }
        });
    }

    /** Takes out the parts of one principal. */
    NodeSession takeOut(Session owner) {
        Optional<String> principal = owner.principal();
        NodeSession out = new NodeSession(id, access);
        attributes.forEach((name, attribute) -> {
            if (attribute.by.principal().equals(principal) && attributes.remove(name, attribute)) {
                out.attributes.put(name, attribute);
            }
        });
        connections.forEach((connection, by) -> {
            if (by.principal().equals(principal) && connections.remove(connection, by)) {
                out.connections.put(connection, by);
            }
        });
        return out;
    }

    /** Tells the attributes and closes the connections, each of them whatever becomes of the others. */
    void end(HttpSession ended) {
        attributes.forEach((name, attribute) -> {
            if (attribute.value instanceof HttpSessionBindingListener listener) {
                attempt(() -> listener.valueUnbound(new HttpSessionBindingEvent(ended, name, attribute.value)));
            }
        });
        connections.keySet().forEach(NodeSession::attempt);
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
