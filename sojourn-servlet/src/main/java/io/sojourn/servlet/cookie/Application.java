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
 * @param tracking how its clients show which session is theirs
 * @param listeners those of its listeners who want to hear of sessions
 * @param options what the filter was told
 * @param sharesCookieName whether the container's own session cookie has the name of ours, in spite of all
 * @param once says things once
 */
public record Application(
        ServletContext context,
        SessionCookie cookie,
        Tracking tracking,
        SessionListeners listeners,
        Options options,
        boolean sharesCookieName,
        OnceLog once) {

    /**
     * What a filter is told beyond what the context says.
     *
     * @param tracking how clients show which session is theirs; null if it was not told
     * @param listeners the filter's own listeners, which come after those of the context
     * @param storesEmptySessions whether a session is stored even if there is nothing in it
     * @param transport carries the tokens of some or all requests in place of the cookie, if there is one
     * @param migration opens sessions of another session library, if there is one
     */
    public record Options(
            @Nullable Tracking tracking,
            List<EventListener> listeners,
            boolean storesEmptySessions,
            @Nullable TokenTransport transport,
            @Nullable SessionMigration migration) {}

    /**
     * What the context says, and the filter beyond it.
     *
     * @param names its cookie
     */
    public static Application of(ServletContext context, ContainerCookie.Names names, Options options) {
        List<EventListener> all = new ArrayList<>(ServerContext.listenersOf(context));
        all.addAll(options.listeners());
        return new Application(
                context,
                names.ours(),
                options.transport() == null ? Tracking.of(context, options.tracking()) : Tracking.BY_COOKIE,
                new SessionListeners(all),
                options,
                names.isShared(),
                new OnceLog());
    }

    /** What carries the token of this request in place of the cookie; null if the cookie does. */
    public @Nullable TokenTransport transportOf(HttpServletRequest request) {
        TokenTransport transport = options.transport();
        return transport != null && transport.carries(request) ? transport : null;
    }
}
