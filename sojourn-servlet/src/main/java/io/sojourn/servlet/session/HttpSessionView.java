package io.sojourn.servlet.session;

import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.log.Printable;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.servlet.container.AttributeEvents;
import io.sojourn.servlet.container.ServerContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as servlets see it; one object a request.
 *
 * <p>In Servlet 6.1 it is an {@link AccessibleSession}. Nothing here may name what 6.0 does not know: expression languages
 * and proxies look at all methods of this class.
 */
public class HttpSessionView implements HttpSession {

    private static final int NEVER = -1;

    private enum Stage {
        VALID,
        /** The listeners are being told. They still see all that there is. */
        ENDING,
        INVALID
    }

    private final SessionOwner owner;
    private final Session session;
    private final SessionAccess access;
    private final AttributeEvents events;

    private volatile Stage stage = Stage.VALID;
    private volatile String knownId;
    private volatile boolean timeoutSet;

    HttpSessionView(SessionOwner owner, Session session, SessionAccess access) {
        this.owner = owner;
        this.session = session;
        this.access = access;
        this.events = new AttributeEvents(this, access.listeners());
        this.knownId = session.publicId();
    }

    public Session session() {
        return session;
    }

    public AttributeEvents events() {
        return events;
    }

    @Override
    public String getId() {
        return session.publicId();
    }

    @Override
    public ServletContext getServletContext() {
        return access.context();
    }

    @Override
    public long getCreationTime() {
        requireValid("getCreationTime()");
        return session.createdAt().toEpochMilli();
    }

    @Override
    public long getLastAccessedTime() {
        requireValid("getLastAccessedTime()");
        return session.lastAccessedAt().toEpochMilli();
    }

    @Override
    public boolean isNew() {
        requireValid("isNew()");
        return session.isNew();
    }

    @Override
    public void setMaxInactiveInterval(int seconds) {
        session.setIdleTimeout(Duration.ofSeconds(Math.max(0, seconds)));
        timeoutSet = true;
        if (stage == Stage.VALID) {
            owner.changed(this);
        }
    }

    /** A part of a second counts as a whole one, since 0 would mean never; that is told as -1, as in older versions. */
    @Override
    public int getMaxInactiveInterval() {
        Duration timeout = session.idleTimeout();
        return timeout.isZero()
                ? NEVER
                : (int) Math.min(Integer.MAX_VALUE, timeout.plusMillis(999).toSeconds());
    }

    @Override
    public @Nullable Object getAttribute(@Nullable String name) {
        requireValid("getAttribute(…)");
        access.nodes().used(session);
        return name == null ? null : value(name);
    }

    private @Nullable Object value(String name) {
        Object value = access.nodes().get(session.id(), name);
        if (value == null) {
            value = session.get(name);
        }
        if (value != null) {
            events.tellHandedOut(name, value);
        }
        return value;
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        requireValid("getAttributeNames()");
        Set<String> names = new LinkedHashSet<>(session.names());
        names.addAll(access.nodes().names(session.id()));
        return Collections.enumeration(names);
    }

    /**
     * What cannot be stored is refused by an {@link IllegalArgumentException}, as the specification demands of sessions
     * that live in several places (Servlet 6.0, 7.7.2).
     */
    @Override
    public void setAttribute(@Nullable String name, @Nullable Object value) {
        requireValid("setAttribute(…)");
        if (name == null) {
            throw new IllegalArgumentException("The name of an attribute must not be null");
        }
        if (value == null) {
            remove(name);
            return;
        }
        if (!session.isStored()) { // Else the message would be made in vain, again and again.
            owner.requireStorable(
                    session, "setAttribute(" + Printable.quoted(name) + ", …), the first of a new session,");
        }
        Object old = value(name);
        events.tellBound(name, value, old);
        try {
            put(name, value);
        } catch (ValueNotAcceptedException | SessionLimitException e) {
            events.tellRefused(name, value, old);
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        events.tellSet(name, value, old);
        owner.changed(this);
    }

    /**
     * A value that belongs to the container means something on this node alone: it stays here if it is one that hears of the end of the
     * session, such as Tomcat's list of WebSockets, or if the codec does not take it.
     */
    private void put(String name, Object value) {
        boolean ofContainer = ServerContext.isContainers(value);
        if (!ofContainer || !(value instanceof HttpSessionBindingListener)) {
            try {
                session.set(name, value);
                Object unused = access.nodes().remove(session.id(), name);
                return;
            } catch (ValueNotAcceptedException e) {
                if (!ofContainer) {
                    throw e;
                }
            }
        }
        session.remove(name);
        access.nodes().put(session, access, name, value);
    }

    /** See {@link SojournFilter#closeAtEnd}. */
    public Runnable closeAtEnd(Closeable connection) {
        requireValid("closeAtEnd(…)");
        return access.nodes().closeAtEnd(session, access, connection);
    }

    @Override
    public void removeAttribute(@Nullable String name) {
        requireValid("removeAttribute(…)");
        if (name != null) {
            remove(name);
        }
    }

    private void remove(String name) {
        Object old = value(name);
        Object unused = access.nodes().remove(session.id(), name);
        session.remove(name);
        if (old != null) {
            events.tellRemoved(name, old);
            owner.changed(this);
        }
    }

    @Override
    public void invalidate() {
        requireValid("invalidate()");
        if (stage == Stage.VALID) { // Else it was called by a listener that hears of the end at this moment.
            owner.invalidate(this);
        }
    }

    final void requireValid(String call) {
        if (stage == Stage.VALID && session.isRevoked()) {
            owner.revoked(this);
        }
        if (stage == Stage.INVALID) {
            throw new IllegalStateException(call + " came too late: this request has invalidated the session "
                    + session.id() + ". request.getSession() makes a new one.");
        }
    }

    /** Whether the application has set a timeout, and the session was not stored and will not be: it is still empty. */
    public boolean hasLostTimeout() {
        return timeoutSet
                && stage == Stage.VALID
                && session.isNew()
                && !session.isStored()
                && session.standIn().isEmpty();
    }

    /** Whether it was revoked and nobody has been told yet. */
    public boolean mustEnd() {
        return stage == Stage.VALID && session.isRevoked();
    }

    /**
     * Tells everybody who should know of the end: they see the session as it was, until its values are unbound. What one of
     * them throws keeps no value from being unbound, since nobody else would ever tell it.
     */
    public void end() {
        stage = Stage.ENDING;
        List<Throwable> thrown = new ArrayList<>(0);
        try {
            attempt(() -> access.listeners().destroyed(this), thrown);
            session.names().forEach(name -> attempt(() -> remove(name), thrown));
        } finally {
            stage = Stage.INVALID;
            access.nodes().end(session.id(), this); // Tomcat closes WebSockets only if the session is invalid by now.
        }
        rethrow(thrown);
    }

    /** As {@link #end}, of a session that was revoked. Does not tell again what was told as its end. */
    public void endRevoked() {
        if (access.nodes().claimTelling(session.id())) {
            end();
        } else {
            becomeInvalid();
            access.nodes().end(session.id(), this);
        }
    }

    /** It has ended elsewhere. */
    void becomeInvalid() {
        stage = Stage.INVALID;
    }

    private static void attempt(Runnable part, List<Throwable> thrown) {
        try {
            part.run();
        } catch (RuntimeException | Error e) {
            thrown.add(e);
        }
    }

    /** The first, which brings the others along. */
    private static void rethrow(List<Throwable> thrown) {
        if (thrown.isEmpty()) {
            return;
        }
        Throwable first = thrown.get(0);
        thrown.stream().filter(other -> other != first).forEach(first::addSuppressed);
        if (first instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) first;
    }

    /** Tells the listeners if the id is another one than when they were last told. */
    public void tellIfIdChanged() {
        String before = knownId;
        String now = session.publicId();
        if (!now.equals(before)) {
            knownId = now;
            access.listeners().idChanged(this, before);
        }
    }

    @Override
    public String toString() {
        return "HttpSession[" + session.publicId() + (stage == Stage.INVALID ? ", invalidated" : "") + "]";
    }
}
