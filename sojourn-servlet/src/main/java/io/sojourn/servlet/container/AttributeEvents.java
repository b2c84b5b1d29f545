package io.sojourn.servlet.container;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the attributes of one request's session, told to the application's listeners and to the values that are
 * listeners themselves.
 *
 * <p>A value is activated when this request first gets it, and passivated before each save, after which it is active again
 * unless that was the last one: between two requests there is nothing of it but bytes.
 *
 * <p>What a value throws when it is told is logged, and the rest goes on, as in Tomcat and with Spring Session: a value that
 * cannot be told must not keep a user from logging out.
 */
public final class AttributeEvents {

    private static final Logger LOG = System.getLogger(AttributeEvents.class.getPackageName());

    private final HttpSession session;
    private final SessionListeners listeners;
    private final Map<String, HttpSessionActivationListener> active = new LinkedHashMap<>(2);

    public AttributeEvents(HttpSession session, SessionListeners listeners) {
        this.session = session;
        this.listeners = listeners;
    }

    /** This value is about to be an attribute, in the place of that one. */
    public void tellBound(String name, Object value, @Nullable Object old) {
        if (value != old && value instanceof HttpSessionBindingListener listener) {
            tell(listener, () -> listener.valueBound(new HttpSessionBindingEvent(session, name, value)));
        }
    }

    /** It was refused after all. */
    public void tellRefused(String name, Object value, @Nullable Object old) {
        if (value != old) {
            tellUnbound(name, value);
        }
    }

    /** It is an attribute now, and that one is none any more. */
    public void tellSet(String name, Object value, @Nullable Object old) {
        becomesActive(name, value);
        if (old == null) {
            listeners.added(new HttpSessionBindingEvent(session, name, value));
            return;
        }
        if (old != value) {
            tellUnbound(name, old);
        }
        listeners.replaced(new HttpSessionBindingEvent(session, name, old));
    }

    public void tellRemoved(String name, Object old) {
        synchronized (active) {
            active.remove(name);
        }
        tellUnbound(name, old);
        listeners.removed(new HttpSessionBindingEvent(session, name, old));
    }

    private void tellUnbound(String name, Object value) {
        if (value instanceof HttpSessionBindingListener listener) {
            tell(listener, () -> listener.valueUnbound(new HttpSessionBindingEvent(session, name, value)));
        }
    }

    /** The application gets this value. */
    public void tellHandedOut(String name, Object value) {
        if (value instanceof HttpSessionActivationListener listener && becomesActive(name, value)) {
            tell(listener, () -> listener.sessionDidActivate(new HttpSessionEvent(session)));
        }
    }

    private boolean becomesActive(String name, Object value) {
        synchronized (active) {
            if (value instanceof HttpSessionActivationListener listener) {
                return active.put(name, listener) != listener;
            }
            active.remove(name);
            return false;
        }
    }

    /** All that this request got or set is about to be saved. */
    public void passivate() {
        for (HttpSessionActivationListener listener : active()) {
            tell(listener, () -> listener.sessionWillPassivate(new HttpSessionEvent(session)));
        }
    }

    /** It was saved, and the request goes on. */
    public void activate() {
        for (HttpSessionActivationListener listener : active()) {
            tell(listener, () -> listener.sessionDidActivate(new HttpSessionEvent(session)));
        }
    }

    /** It was saved for good; who gets any of it from now on activates it anew. */
    public void stayPassive() {
        synchronized (active) {
            active.clear();
        }
    }

    private static void tell(Object value, Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    Level.WARNING,
                    "A session attribute of " + value.getClass() + " failed when it was told of an event",
                    e);
        }
    }

    private List<HttpSessionActivationListener> active() {
        synchronized (active) {
            return active.isEmpty() ? List.of() : new ArrayList<>(active.values());
        }
    }
}
