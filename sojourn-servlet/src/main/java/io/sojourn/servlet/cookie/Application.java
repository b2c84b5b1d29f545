package io.sojourn.servlet.cookie;

import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SessionMigration;
import io.sojourn.servlet.TokenTransport;
import io.sojourn.servlet.container.ContainerCookie;
import io.sojourn.servlet.container.ServerContext;
import io.sojourn.servlet.container.SessionListeners;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
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
 * @param transport carries the tokens of some or all requests in place of the cookie, if there is one
 * @param migration opens sessions of another session library, if there is one
 * @param sharesCookieName whether the container's own session cookie has the name of ours, in spite of all
 * @param once says things once
 */
public record Application(
        ServletContext context,
        SessionCookie cookie,
        PlainName plainName,
        Tracking tracking,
        SessionListeners listeners,
        boolean storesEmptySessions,
        @Nullable TokenTransport transport,
        @Nullable SessionMigration migration,
        boolean sharesCookieName,
        OnceLog once) {

    /**
     * What the context says, and the filter beyond it.
     *
     * @param names its cookie
     * @param tracking how clients show which session is theirs, if the filter was told
     * @param listeners the filter's own listeners, which come after those of the context
     */
    public static Application of(
            ServletContext context,
            ContainerCookie.Names names,
            @Nullable Tracking tracking,
            List<? extends EventListener> listeners,
            boolean storesEmptySessions,
            @Nullable TokenTransport transport,
            @Nullable SessionMigration migration) {
        List<EventListener> all = new ArrayList<>(ServerContext.listenersOf(context));
        all.addAll(listeners);
        return new Application(
                context,
                names.ours(),
                new PlainName(names.ours()),
                transport == null ? Tracking.of(context, tracking) : Tracking.BY_COOKIE,
                new SessionListeners(all),
                storesEmptySessions,
                transport,
                migration,
                names.isShared(),
                new OnceLog());
    }

    /** What carries the token of this request in place of the cookie; null if the cookie does. */
    public @Nullable TokenTransport transportOf(HttpServletRequest request) {
        return transport != null && transport.carries(request) ? transport : null;
    }
}
