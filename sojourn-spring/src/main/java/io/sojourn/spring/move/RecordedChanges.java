package io.sojourn.spring.move;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request has changed in its session since the session was stored last. Spring Session's plain repository drops the changes
 * of a session that has moved while the request ran. Thread-safe.
 */
final class RecordedChanges {

    private final Map<String, @Nullable Object> attributes = new HashMap<>();
    private @Nullable Duration idleTimeout;
    private boolean isOfAnotherSession;

    /** The attributes by name; null for one that was removed. */
    synchronized Map<String, @Nullable Object> attributes() {
        return new HashMap<>(attributes);
    }

    synchronized @Nullable Duration idleTimeout() {
        return idleTimeout;
    }

    /** Whether there are any, and all are of the session that the request came with. */
    synchronized boolean belongToTheSession() {
        return !isOfAnotherSession && (!attributes.isEmpty() || idleTimeout != null);
    }

    synchronized void stored() {
        attributes.clear();
        idleTimeout = null;
    }

    private synchronized void changed(String name, @Nullable Object value) {
        attributes.put(name, value);
    }

    private synchronized void changed(int seconds) {
        idleTimeout = Duration.ofSeconds(Math.max(0, seconds));
    }

    private synchronized void otherSession() {
        isOfAnotherSession = true;
    }

    /** The request as the application gets it. */
    HttpServletRequest recording(HttpServletRequest request) {
        return new Request(request);
    }

    private final class Request extends HttpServletRequestWrapper {

        private @Nullable Recording last;

        Request(HttpServletRequest request) {
            super(request);
        }

        private synchronized HttpSession recording(HttpSession session) {
            Recording known = last;
            if (known == null || known.session != session) {
                known = new Recording(session);
                last = known;
            }
            return known;
        }

        @Override
        public HttpSession getSession() {
            return recording(super.getSession());
        }

        @Override
        public @Nullable HttpSession getSession(boolean create) {
            HttpSession session = super.getSession(create);
            return session == null ? null : recording(session);
        }

        @Override
        public String changeSessionId() {
            otherSession();
            return super.changeSessionId();
        }
    }

    private final class Recording implements HttpSession {

        private final HttpSession session;

        Recording(HttpSession session) {
            this.session = session;
        }

        @Override
        public void setAttribute(String name, @Nullable Object value) {
            session.setAttribute(name, value);
            changed(name, value);
        }

        @Override
        public void removeAttribute(String name) {
            session.removeAttribute(name);
            changed(name, null);
        }

        @Override
        public void setMaxInactiveInterval(int interval) {
            session.setMaxInactiveInterval(interval);
            changed(interval);
        }

        @Override
        public void invalidate() {
            otherSession();
            session.invalidate();
        }

        @Override
        public long getCreationTime() {
            return session.getCreationTime();
        }

        @Override
        public String getId() {
            return session.getId();
        }

        @Override
        public long getLastAccessedTime() {
            return session.getLastAccessedTime();
        }

        @Override
        public ServletContext getServletContext() {
            return session.getServletContext();
        }

        @Override
        public int getMaxInactiveInterval() {
            return session.getMaxInactiveInterval();
        }

        @Override
        public @Nullable Object getAttribute(String name) {
            return session.getAttribute(name);
        }

        @Override
        public Enumeration<String> getAttributeNames() {
            return session.getAttributeNames();
        }

        @Override
        public boolean isNew() {
            return session.isNew();
        }
    }
}
