package io.sojourn.servlet;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Field;
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
        Object context = behind(behind(facade));
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

    private static Object behind(Object facade) throws ReflectiveOperationException {
        Field context = facade.getClass().getDeclaredField("context");
        context.setAccessible(true);
        return context.get(facade);
    }

    /** Tomcat has an attribute only once it was set. */
    @Override
    public boolean letsScriptsReadTheCookie() {
        return "false".equalsIgnoreCase(facade.getSessionCookieConfig().getAttribute("HttpOnly"));
    }
}
