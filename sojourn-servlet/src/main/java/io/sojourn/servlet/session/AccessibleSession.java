package io.sojourn.servlet.session;

import io.sojourn.Session;

/** With what Servlet 6.1 has added. */
final class AccessibleSession extends HttpSessionView {

    private final SessionAccess access;

    AccessibleSession(SessionOwner owner, Session session, SessionAccess access) {
        super(owner, session, access);
        this.access = access;
    }

    /** To the session that has this id now. A new one can be accessed once it is stored. */
    @Override
    public Accessor getAccessor() {
        requireValid("getAccessor()");
        Session known = session();
        String id = getId();
        return consumer -> access.run(known, id, consumer);
    }
}
