package io.sojourn.spring.boot.app;

import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.Serializable;

/** Fails when it is told that it comes into a session, or leaves it. */
record FaultyValue(String name) implements HttpSessionBindingListener, Serializable {

    @Override
    public void valueBound(HttpSessionBindingEvent event) {
        throw new IllegalStateException("bound");
    }

    @Override
    public void valueUnbound(HttpSessionBindingEvent event) {
        throw new IllegalStateException("unbound");
    }
}
