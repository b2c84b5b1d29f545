package io.sojourn.servlet.container;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EventListener;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Those of an application who want to hear of its sessions, in the order in which they were registered. What a listener
 * throws reaches whoever caused the event, and the listeners after it do not hear of that event (Servlet 6.0, 11.6).
 */
public final class SessionListeners {

    private final List<HttpSessionListener> ofSessions = new ArrayList<>();
    private final List<HttpSessionIdListener> ofIds = new ArrayList<>();
    private final List<HttpSessionAttributeListener> ofAttributes = new ArrayList<>();

    /** Each hears of an event once, however often it was registered; those that are for something else do no harm. */
    public SessionListeners(List<? extends EventListener> listeners) {
        Set<EventListener> known = Collections.newSetFromMap(new IdentityHashMap<>());
        // Undertow's own listener expects sessions of Undertow.
        listeners.stream()
                .filter(listener -> !ServerContext.isContainers(listener))
                .filter(known::add)
                .forEach(this::add);
    }

    private void add(EventListener listener) {
        if (listener instanceof HttpSessionListener one) {
            ofSessions.add(one);
        }
        if (listener instanceof HttpSessionIdListener one) {
            ofIds.add(one);
        }
        if (listener instanceof HttpSessionAttributeListener one) {
            ofAttributes.add(one);
        }
    }

    /** Throws {@link IllegalArgumentException} if there is nothing about sessions that such a listener would hear. */
    public static void refuseIfDeaf(EventListener listener) {
        if (!(listener instanceof HttpSessionListener
                || listener instanceof HttpSessionIdListener
                || listener instanceof HttpSessionAttributeListener)) {
            throw new IllegalArgumentException(listener.getClass().getName()
                    + " is none of HttpSessionListener, HttpSessionIdListener and HttpSessionAttributeListener");
        }
    }

    public void created(HttpSession session) {
        if (!ofSessions.isEmpty()) {
            HttpSessionEvent event = new HttpSessionEvent(session);
            ofSessions.forEach(listener -> listener.sessionCreated(event));
        }
    }

    /** In reverse order, as the specification says. */
    public void destroyed(HttpSession session) {
        if (!ofSessions.isEmpty()) {
            HttpSessionEvent event = new HttpSessionEvent(session);
            for (int i = ofSessions.size() - 1; i >= 0; i--) {
                ofSessions.get(i).sessionDestroyed(event);
            }
        }
    }

    public void idChanged(HttpSession session, String oldId) {
        if (!ofIds.isEmpty()) {
            HttpSessionEvent event = new HttpSessionEvent(session);
            ofIds.forEach(listener -> listener.sessionIdChanged(event, oldId));
        }
    }

    void added(HttpSessionBindingEvent event) {
        ofAttributes.forEach(listener -> listener.attributeAdded(event));
    }

    /** With the value that was replaced. */
    void replaced(HttpSessionBindingEvent event) {
        ofAttributes.forEach(listener -> listener.attributeReplaced(event));
    }

    void removed(HttpSessionBindingEvent event) {
        ofAttributes.forEach(listener -> listener.attributeRemoved(event));
    }
}
