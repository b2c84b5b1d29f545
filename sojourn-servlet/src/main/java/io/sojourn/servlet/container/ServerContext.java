package io.sojourn.servlet.container;

import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.util.EventListener;
import java.util.List;

/**
 * What a container knows of a web application and the Servlet API has no words for. Asked by reflection, since none of
 * the containers is a dependency of ours.
 */
public interface ServerContext {

    /** The listeners that are registered with the container, in order; those of all kinds. */
    List<? extends EventListener> listeners() throws ReflectiveOperationException;

    /** Whether somebody has said in so many words that scripts may read the session cookie. */
    boolean letsScriptsReadTheCookie() throws ReflectiveOperationException;

    /** What the cookie of the container's own sessions is called. */
    default String ownCookieName(ServletContext context) throws ReflectiveOperationException {
        String name = context.getSessionCookieConfig().getName();
        return name == null || name.isEmpty() ? ContextCookie.STANDARD_NAME : name;
    }

    /** Gives the cookie of the container's own sessions another name. */
    void renameOwnCookie(String name) throws ReflectiveOperationException;

    /** Whether a value or a listener is made by a container for its own purposes. */
    static boolean isContainers(Object value) {
        String type = value.getClass().getName();
        return type.startsWith("org.apache.catalina.")
                || type.startsWith("org.apache.tomcat.")
                || type.startsWith("org.eclipse.jetty.")
                || type.startsWith("io.undertow.");
    }

    /** That of the container that made the context. */
    static ServerContext of(ServletContext context) {
        String type = context.getClass().getName();
        if (type.startsWith("org.apache.catalina.")) {
            return new TomcatContext(context);
        }
        if (type.startsWith("org.eclipse.jetty.")) {
            return new JettyContext(context);
        }
        if (type.startsWith("io.undertow.")) {
            return new UndertowContext(context);
        }
        return new UnknownContext(context);
    }

    /** As {@link #listeners}; none, and a line in the log that says what to do, if they cannot be learned. */
    static List<? extends EventListener> listenersOf(ServletContext context) {
        try {
            return of(context).listeners();
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(ServerContext.class.getPackageName())
                    .log(
                            Level.WARNING,
                            "This container does not tell which session listeners are registered with it, so they hear"
                                    + " of no session. Register them with SojournFilter.builder(…).listener(…). ({0})",
                            e.toString());
            return List.of();
        }
    }

    /** As {@link #ownCookieName}; the standard name, if that cannot be learned. */
    static String ownCookieNameOf(ServletContext context) {
        try {
            return of(context).ownCookieName(context);
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(ServerContext.class.getPackageName())
                    .log(Level.DEBUG, "What the container''s own session cookie is called cannot be learned", e);
            return ContextCookie.STANDARD_NAME;
        }
    }

    /** As {@link #renameOwnCookie}; tells whether the cookie has that name now. */
    static boolean renameOwnCookieOf(ServletContext context, String name) {
        try {
            of(context).renameOwnCookie(name);
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(ServerContext.class.getPackageName())
                    .log(Level.DEBUG, "The container''s own session cookie cannot be renamed", e);
        }
        return ownCookieNameOf(context).equals(name);
    }

    /** As {@link #letsScriptsReadTheCookie}; no, if that cannot be learned. */
    static boolean letsScriptsReadTheCookieOf(ServletContext context) {
        try {
            return of(context).letsScriptsReadTheCookie();
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(ServerContext.class.getPackageName())
                    .log(Level.DEBUG, "Whether the session cookie is for scripts, too, cannot be learned", e);
            return false;
        }
    }
}
