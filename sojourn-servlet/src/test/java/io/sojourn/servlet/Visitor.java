package io.sojourn.servlet;

import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A value that wants to know what happens to it; data, so that it can be stored. */
final class Visitor implements HttpSessionBindingListener, HttpSessionActivationListener, Serializable {

    static final List<String> HEARD = new CopyOnWriteArrayList<>();

    @Serial
    private static final long serialVersionUID = 1L;

    final String name;
    int bound;
    int passivated;

    Visitor(String name) {
        this.name = name;
    }

    private void add(String event) {
        HEARD.add(name + " " + event);
    }

    @Override
    public void valueBound(HttpSessionBindingEvent event) {
        bound++;
        add("bound as " + event.getName() + " in place of "
                + event.getSession().getAttribute(event.getName())
                + (event.getValue() == this ? "" : ", which is not itself"));
    }

    @Override
    public void valueUnbound(HttpSessionBindingEvent event) {
        add("unbound as " + event.getName() + ", where now is "
                + event.getSession().getAttribute(event.getName())
                + (event.getValue() == this ? "" : ", which is not itself"));
    }

    @Override
    public void sessionWillPassivate(HttpSessionEvent event) {
        passivated++;
        add("passivated");
    }

    @Override
    public void sessionDidActivate(HttpSessionEvent event) {
        add("activated");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Visitor that
                && name.equals(that.name)
                && bound == that.bound
                && passivated == that.passivated;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
