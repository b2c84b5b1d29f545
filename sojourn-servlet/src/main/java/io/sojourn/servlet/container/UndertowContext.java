package io.sojourn.servlet.container;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.EventListener;
import java.util.List;

/** In Undertow, which does not list its listeners but tells them whatever it is told. */
record UndertowContext(ServletContext context) implements ServerContext {

    @Override
    public List<EventListener> listeners() throws ReflectiveOperationException {
        Object deployment = context.getClass().getMethod("getDeployment").invoke(context);
        Object listeners = Class.forName(
                        "io.undertow.servlet.api.Deployment",
                        false,
                        context.getClass().getClassLoader())
                .getMethod("getApplicationListeners")
                .invoke(deployment);
        return List.of(new All(withoutOwn(listeners)));
    }

    /**
     * Leaves out the listeners of Undertow itself, such as the one that closes its WebSockets. They cast each session to Undertow's own
     * class, so Undertow would log a ClassCastException for each session of ours.
     */
    private Object withoutOwn(Object listeners) {
        try {
            List<Object> all = new ArrayList<>((List<?>) TomcatSockets.field(listeners, "allListeners"));
            List<Object> others = new ArrayList<>();
            for (Object one : all) {
                Object info = one.getClass().getMethod("getListenerInfo").invoke(one);
                Object type = info.getClass().getMethod("getListenerClass").invoke(info);
                if (!(type instanceof Class<?> known) || !ServerContext.isContainers(known)) {
                    others.add(one);
                }
            }
            if (others.size() == all.size()) {
                return listeners;
            }
            Object rest = listeners
                    .getClass()
                    .getConstructor(List.class, ServletContext.class)
                    .newInstance(others, context);
            rest.getClass().getMethod("start").invoke(rest); // They are started already, which it notices.
            return rest;
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger(UndertowContext.class.getPackageName())
                    .log(Level.DEBUG, "Undertow's own listeners cannot be left out", e);
            return listeners;
        }
    }

    /** By what is behind the Servlet API, which allows it no more once the application is deployed. */
    @Override
    public void renameOwnCookie(ServletContext unused, String name) throws ReflectiveOperationException {
        Object target = TomcatSockets.field(context.getSessionCookieConfig(), "delegate");
        target.getClass().getMethod("setCookieName", String.class).invoke(target, name);
    }

    /** Undertow's listeners as one. */
    private record All(Object listeners)
            implements HttpSessionListener, HttpSessionIdListener, HttpSessionAttributeListener {

        @Override
        public void sessionCreated(HttpSessionEvent event) {
            tell("sessionCreated", new Class<?>[] {HttpSession.class}, event.getSession());
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            tell("sessionDestroyed", new Class<?>[] {HttpSession.class}, event.getSession());
        }

        @Override
        public void sessionIdChanged(HttpSessionEvent event, String oldId) {
            tell("httpSessionIdChanged", new Class<?>[] {HttpSession.class, String.class}, event.getSession(), oldId);
        }

        @Override
        public void attributeAdded(HttpSessionBindingEvent event) {
            ofAttribute("httpSessionAttributeAdded", event);
        }

        @Override
        public void attributeReplaced(HttpSessionBindingEvent event) {
            ofAttribute("httpSessionAttributeReplaced", event);
        }

        @Override
        public void attributeRemoved(HttpSessionBindingEvent event) {
            ofAttribute("httpSessionAttributeRemoved", event);
        }

        private void ofAttribute(String method, HttpSessionBindingEvent event) {
            Class<?>[] types = {HttpSession.class, String.class, Object.class};
            tell(method, types, event.getSession(), event.getName(), event.getValue());
        }

        private void tell(String method, Class<?>[] types, Object... arguments) {
            try {
                listeners.getClass().getMethod(method, types).invoke(listeners, arguments);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Undertow's listeners cannot be told of sessions", e);
            }
        }
    }
}
