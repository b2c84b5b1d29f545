package io.sojourn.servlet;

import io.sojourn.Session;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** A session as servlets see it; one object a request. */
final class HttpSessionView implements HttpSession {

    private static final int NEVER = -1;

    private final RequestSession owner;
    private final Session session;
    private final ServletContext context;
    private volatile boolean invalidated;

    HttpSessionView(RequestSession owner, Session session, ServletContext context) {
        this.owner = owner;
        this.session = session;
        this.context = context;
    }

    Session session() {
        return session;
    }

    @Override
    public String getId() {
        return session.publicId();
    }

    @Override
    public ServletContext getServletContext() {
        return context;
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
        return name == null ? null : session.get(name);
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        requireValid("getAttributeNames()");
        return Collections.enumeration(session.names());
    }

    @Override
    public void setAttribute(@Nullable String name, @Nullable Object value) {
        requireValid("setAttribute(…)");
        if (name == null) {
            throw new IllegalArgumentException("The name of an attribute must not be null");
        }
        if (value != null) {
            owner.requireStorable(session, "setAttribute(\"" + name + "\", …), the first of a new session,");
        }
        session.set(name, value);
    }

    @Override
    public void removeAttribute(@Nullable String name) {
        requireValid("removeAttribute(…)");
        if (name != null) {
            session.remove(name);
        }
    }

    @Override
    public void invalidate() {
        owner.invalidate(this);
    }

    void requireValid(String call) {
        if (invalidated) {
            throw new IllegalStateException(call + " came too late: this request has invalidated the session "
                    + session.id() + ". request.getSession() makes a new one.");
        }
    }

    void invalidated() {
        invalidated = true;
    }

    @Override
    public String toString() {
        return "HttpSession[" + session.publicId() + (invalidated ? ", invalidated" : "") + "]";
    }
}
