package io.sojourn.servlet;

import io.sojourn.http.SessionCookie;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A web application, as far as its sessions are concerned.
 *
 * @param context the container's view of it
 * @param cookie its session cookie
 * @param plainName says why that cookie has no prefix, where it has none
 * @param tracking how its clients show which session is theirs
 * @param listeners those of its listeners who want to hear of sessions
 * @param storesEmptySessions whether a session is stored even if there is nothing in it
 */
record Application(
        ServletContext context,
        SessionCookie cookie,
        PlainName plainName,
        Tracking tracking,
        SessionListeners listeners,
        boolean storesEmptySessions) {

    /**
     * What the context says, and the filter beyond it.
     *
     * @param cookie its cookie
     * @param tracking how clients show which session is theirs, if the filter was told
     * @param listeners the filter's own listeners, which come after those of the context
     */
    static Application of(
            ServletContext context,
            SessionCookie cookie,
            @Nullable Tracking tracking,
            List<? extends EventListener> listeners,
            boolean storesEmptySessions) {
        List<EventListener> all = new ArrayList<>(ServerContext.listenersOf(context));
        all.addAll(listeners);
        return new Application(
                context,
                cookie,
                new PlainName(cookie),
                Tracking.of(context, tracking),
                new SessionListeners(all),
                storesEmptySessions);
    }
}
