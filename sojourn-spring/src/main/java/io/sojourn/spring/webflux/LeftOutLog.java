package io.sojourn.spring.webflux;

import io.sojourn.http.SessionCookie;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says once for an application that a request had more session cookies than are tried. */
final class LeftOutLog {

    private static final Logger LOG = System.getLogger(LeftOutLog.class.getPackageName());

    private final AtomicBoolean said = new AtomicBoolean();

    void candidatesLeftOut() {
        if (said.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "A request has more than {0} session cookies, and the first {0} open no session. The others are not tried, and no"
                            + " cookie is set, since one of them may be the visitor''s. A neighbouring host or path plants them: a"
                            + " cookie whose name begins with __Host- cannot be planted.",
                    SessionCookie.MAX_CANDIDATES);
        }
    }
}
