package io.sojourn.servlet.session;

import io.sojourn.Session;
import jakarta.servlet.http.HttpSession;
import java.util.function.Consumer;

/** With what Servlet 6.1 has added. */
final class AccessibleSession extends HttpSessionView {

    private final OutsideAccess access;

    AccessibleSession(SessionOwner owner, Session session, OutsideAccess access) {
        super(owner, session, access);
        this.access = access;
    }

    /** To the session that has this id now. A new one can be accessed once it is stored. */
    @Override
    public Accessor getAccessor() {
        requireValid("getAccessor()");
        return new ById(access, session(), getId());
    }

    private record ById(OutsideAccess access, Session session, String id) implements Accessor {
        @Override
        public void access(Consumer<HttpSession> consumer) {
            access.run(session, id, consumer);
        }
    }
}
