package io.sojourn.servlet.container;

import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;

/**
 * In Tomcat, and in servers that are built on it. What an application gets is a facade in front of Tomcat's own context,
 * which has public methods for what we want; there is no public way from the one to the other.
 */
record TomcatContext(ServletContext facade) implements ServerContext {

    @Override
    public List<EventListener> listeners() throws ReflectiveOperationException {
        Object context = behind();
        List<EventListener> listeners = new ArrayList<>();
        for (String kind : new String[] {"getApplicationLifecycleListeners", "getApplicationEventListeners"}) {
            Object[] ofThatKind = (Object[]) context.getClass().getMethod(kind).invoke(context);
            for (Object one : ofThatKind) {
                if (one instanceof EventListener listener) {
                    listeners.add(listener);
                }
            }
        }
        return listeners;
    }

    /** Tomcat's own context. */
    private Object behind() throws ReflectiveOperationException {
        return TomcatSockets.field(TomcatSockets.field(facade, "context"), "context");
    }

    /** That of Tomcat's own configuration comes before what the Servlet API knows. */
    @Override
    public String ownCookieName(ServletContext context) throws ReflectiveOperationException {
        Object target = behind();
        Object name = target.getClass().getMethod("getSessionCookieName").invoke(target);
        return name instanceof String own && !own.isEmpty() ? own : ServerContext.super.ownCookieName(context);
    }

    /** What the application reads from its {@code SessionCookieConfig} stays as it was. */
    @Override
    public void renameOwnCookie(ServletContext unused, String name) throws ReflectiveOperationException {
        Object target = behind();
        target.getClass().getMethod("setSessionCookieName", String.class).invoke(target, name);
    }
}
