package io.sojourn.servlet.container;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In Jetty, whose contexts have a public way to everything. */
record JettyContext(ServletContext context) implements ServerContext {

    @Override
    public List<EventListener> listeners() throws ReflectiveOperationException {
        List<EventListener> listeners = new ArrayList<>();
        addListeners(handler(), listeners);
        addListeners(sessionHandler(), listeners);
        return listeners;
    }

    private static void addListeners(@Nullable Object of, List<EventListener> to) throws ReflectiveOperationException {
        if (of != null && call(of, "getEventListeners") instanceof Collection<?> all) {
            for (Object one : all) {
                if (one instanceof EventListener listener) {
                    to.add(listener);
                }
            }
        }
    }

    /** Jetty's configuration says "no" for want of a word as well; its session handler has the word only if it was said. */
    @Override
    public boolean letsScriptsReadTheCookie(ServletContext unused) throws ReflectiveOperationException {
        Object sessions = sessionHandler();
        return sessions != null
                && call(sessions, "getSessionCookieAttributes") instanceof Map<?, ?> said
                && "false".equals(said.get("HttpOnly"));
    }

    @Override
    public void renameOwnCookie(ServletContext unused, String name) throws ReflectiveOperationException {
        Object sessions = sessionHandler();
        if (sessions != null) {
            Method setter = sessions.getClass().getMethod("setSessionCookie", String.class);
            setter.trySetAccessible();
            setter.invoke(sessions, name);
        }
    }

    private Object handler() throws ReflectiveOperationException {
        Object handler = call(context, "getContextHandler");
        if (handler == null) {
            throw new NoSuchMethodException("The context has no handler");
        }
        return handler;
    }

    private @Nullable Object sessionHandler() throws ReflectiveOperationException {
        return call(handler(), "getSessionHandler");
    }

    private static @Nullable Object call(Object target, String method) throws ReflectiveOperationException {
        Method getter = target.getClass().getMethod(method);
        getter.trySetAccessible(); // Its class need not be public.
        return getter.invoke(target);
    }
}
