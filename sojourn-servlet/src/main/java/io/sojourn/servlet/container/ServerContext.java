package io.sojourn.servlet.container;

import io.sojourn.log.SettingName;
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
    default boolean letsScriptsReadTheCookie(ServletContext context) throws ReflectiveOperationException {
        // The flag alone does not tell a no from silence, but its attribute does.
        return "false".equalsIgnoreCase(context.getSessionCookieConfig().getAttribute("HttpOnly"));
    }

    /** What the cookie of the container's own sessions is called. */
    default String ownCookieName(ServletContext context) throws ReflectiveOperationException {
        String name = context.getSessionCookieConfig().getName();
        return name == null || name.isEmpty() ? ContextCookie.STANDARD_NAME : name;
    }

    /** Gives the cookie of the container's own sessions another name. */
    default void renameOwnCookie(ServletContext context, String name) throws ReflectiveOperationException {
        context.getSessionCookieConfig().setName(name);
    }

    /** Whether a value or a listener is made by a container for its own purposes. */
    static boolean isContainers(Object value) {
        return isContainers(value.getClass());
    }

    /** As {@link #isContainers(Object)}, of the class of such a value. */
    static boolean isContainers(Class<?> type) {
        String name = type.getName();
        return name.startsWith("org.apache.catalina.")
                || name.startsWith("org.apache.tomcat.")
                || name.startsWith("org.eclipse.jetty.")
                || name.startsWith("io.undertow.");
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
        return () -> {
            throw new ClassNotFoundException("Not one of those that are known: " + context.getServerInfo());
        };
    }

    /** As {@link #listeners}; none, and a line in the log that says what to do, if they cannot be learned. */
    static List<? extends EventListener> listenersOf(ServletContext context) {
        return ask(
                context,
                ServerContext::listeners,
                List.of(),
                Level.WARNING,
                "This container does not tell which session listeners are registered with it, so they hear of no session."
                        + " Name them in " + SettingName.LISTENERS);
    }

    /** As {@link #ownCookieName}; the standard name, if that cannot be learned. */
    static String ownCookieNameOf(ServletContext context) {
        return ask(
                context,
                server -> server.ownCookieName(context),
                ContextCookie.STANDARD_NAME,
                Level.DEBUG,
                "What the container's own session cookie is called cannot be learned");
    }

    /** As {@link #renameOwnCookie}; tells whether the cookie has that name now. */
    static boolean renameOwnCookieOf(ServletContext context, String name) {
        Question<Boolean> rename = server -> {
            server.renameOwnCookie(context, name);
            return true;
        };
        boolean unused =
                ask(context, rename, false, Level.DEBUG, "The container's own session cookie cannot be renamed");
        return ownCookieNameOf(context).equals(name);
    }

    /** As {@link #letsScriptsReadTheCookie}; no, if that cannot be learned. */
    static boolean letsScriptsReadTheCookieOf(ServletContext context) {
        return ask(
                context,
                server -> server.letsScriptsReadTheCookie(context),
                false,
                Level.DEBUG,
                "Whether the session cookie is for scripts, too, cannot be learned");
    }

    /** What a container is asked. */
    interface Question<T> {
        T of(ServerContext server) throws ReflectiveOperationException;
    }

    private static <T> T ask(
            ServletContext context, Question<? extends T> question, T otherwise, Level level, String whatFailed) {
        try {
            return question.of(of(context));
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(ServerContext.class.getPackageName()).log(level, whatFailed + ". (" + e + ")");
            return otherwise;
        }
    }
}
