package io.sojourn.servlet.cookie;

import io.sojourn.http.SessionCookie;
import io.sojourn.log.SettingName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Says each thing once for a web application that every request could say again. */
public final class OnceLog {

    private static final Logger LOG = System.getLogger(OnceLog.class.getPackageName());

    /** The messages, without their parameters. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    private void log(Level level, String message, Object... parameters) {
        if (said.add(message)) {
            LOG.log(level, message, parameters);
        }
    }

    public void logCandidatesLeftOut(int tried) {
        log(
                Level.WARNING,
                "A request has more than {0} session cookies, and the first {0} open no session. The others are not tried, and no"
                        + " cookie is set, since one of them may be the visitor''s. A neighbouring host or path plants them: a"
                        + " cookie whose name begins with __Host- cannot be planted.",
                tried);
    }

    public void logTimeoutLost() {
        log(
                Level.WARNING,
                "setMaxInactiveInterval was called on a new session that is still empty at the end of its request. An empty session"
                        + " is not stored, so this timeout is lost. Set an attribute as well, or store empty sessions: "
                        + SettingName.STORE_EMPTY_SESSIONS + ".");
    }

    public void logContainerSession(String cookieName) {
        log(
                Level.WARNING,
                "The container has made a session of its own, with a cookie that is called {0} as Sojourn''s is, so that one replaces"
                        + " the other. A login of the container (FORM) or a listener in front of the filter makes it. Give the"
                        + " filter''s cookie another name: " + SettingName.COOKIE_NAME + ".",
                cookieName);
    }

    /** Logs why the cookie is set without the prefix that it is to have; logs nothing if it has the prefix, or is not to. */
    void logMissingPrefix(SessionCookie cookie, boolean requestIsSecure) {
        cookie.whyNoHostPrefix(requestIsSecure)
                .ifPresent(why -> log(
                        Level.INFO,
                        "The session cookie is called {0} without the prefix {1}, since {2}. So a neighbouring host, or"
                                + " whoever can change unencrypted traffic, can plant one.",
                        cookie.name(),
                        SessionCookie.HOST_PREFIX,
                        why));
    }
}
