package io.sojourn.servlet.session;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.servlet.container.SessionListeners;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.util.function.Consumer;

/**
 * Shows sessions as {@link HttpSession}s, to a request or outside of one. Outside, such as for messages of a WebSocket, the
 * session is loaded anew each time, and saved afterwards.
 */
public record SessionAccess(
        SessionManager manager, ServletContext context, SessionListeners listeners, NodeSessions nodes) {

    /** A session as servlets see it, of the kind that their version of the specification has. */
    public HttpSessionView view(SessionOwner owner, Session session) {
        return Versions.SINCE_6_1
                ? new AccessibleSession(owner, session, this)
                : new HttpSessionView(owner, session, this);
    }

    /** As servlets see it outside of any request. */
    public HttpSessionView view(Session session) {
        return view(new Outside(), session);
    }

    /** Runs the consumer on the session as it is now, provided that it still has that id. */
    void run(Session known, String id, Consumer<HttpSession> consumer) {
        Session session = manager.find(known.token())
                .filter(found -> found.publicId().equals(id))
                .orElseThrow(() -> new IllegalStateException("There is no access to the session " + id
                        + " any more: it has ended, or its id has changed. If it is new, it is not stored yet."));
        HttpSessionView view = view(session);
        try {
            consumer.accept(view);
        } finally {
            view.tellIfIdChanged();
            view.events().passivate();
            manager.save(session);
            if (view.mustEnd()) {
                view.endRevoked();
            }
        }
    }

    /** No response is under way that would have to carry anything. */
    private final class Outside implements SessionOwner {

        @Override
        public void requireStorable(Session session, String call) {}

        @Override
        public void changed(HttpSessionView view) {}

        @Override
        public void invalidate(HttpSessionView view) {
            if (nodes.invalidate(view.session())) {
                view.end();
            } else {
                view.endRevoked();
            }
        }

        @Override
        public void revoked(HttpSessionView view) {
            view.endRevoked();
        }
    }

    private static final class Versions {
        static final boolean SINCE_6_1 = has("jakarta.servlet.http.HttpSession$Accessor");

        private static boolean has(String type) {
            try {
                Class.forName(type, false, HttpSession.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        }
    }
}
