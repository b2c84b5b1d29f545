package io.sojourn.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Writes down what it hears of sessions; in one place for all instances, since containers make their own. */
public final class Chronicle implements HttpSessionListener, HttpSessionIdListener, HttpSessionAttributeListener {

    static final List<String> HEARD = new CopyOnWriteArrayList<>();
    static final List<HttpSession> SESSIONS = new CopyOnWriteArrayList<>();

    private static volatile Consumer<String> also = event -> {};

    static void forget() {
        HEARD.clear();
        SESSIONS.clear();
        also = event -> {};
    }

    /** Does something at each event as well. */
    static void also(Consumer<String> action) {
        also = action;
    }

    private static void add(HttpSessionEvent of, String event) {
        HEARD.add(event);
        SESSIONS.add(of.getSession());
        also.accept(event);
    }

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        add(event, "created");
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        add(event, "destroyed");
    }

    @Override
    public void sessionIdChanged(HttpSessionEvent event, String oldId) {
        add(event, "id " + oldId + " -> " + event.getSession().getId());
    }

    @Override
    public void attributeAdded(HttpSessionBindingEvent event) {
        add(event, "added " + event.getName() + "=" + event.getValue());
    }

    @Override
    public void attributeRemoved(HttpSessionBindingEvent event) {
        add(event, "removed " + event.getName() + "=" + event.getValue());
    }

    @Override
    public void attributeReplaced(HttpSessionBindingEvent event) {
        add(event, "replaced " + event.getName() + "=" + event.getValue());
    }
}
