package io.sojourn.servlet.cookie;

import io.sojourn.http.SessionCookie;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says once why the session cookie of a web application has not the prefix that it is to have. */
final class PlainName {

    private final SessionCookie cookie;
    private final AtomicBoolean said = new AtomicBoolean();

    PlainName(SessionCookie cookie) {
        this.cookie = cookie;
    }

    /** The cookie is set in a response. */
    void isSent(boolean requestIsSecure) {
        cookie.whyNoHostPrefix(requestIsSecure)
                .filter(why -> !said.getAndSet(true))
                .ifPresent(this::say);
    }

    private void say(String why) {
        System.getLogger(PlainName.class.getPackageName())
                .log(
                        Level.INFO,
                        "The session cookie is called {0} without the prefix {1}, since {2}. So a neighbouring host, or"
                                + " whoever can change unencrypted traffic, can plant one.",
                        cookie.name(),
                        SessionCookie.HOST_PREFIX,
                        why);
    }
}
