package io.sojourn.servlet;

import jakarta.servlet.DispatcherType;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the application is in a forward that has not passed the filter. Such a one ends in Tomcat without a call that
 * could be caught, and then it is too late for a cookie; so a cookie that becomes due in there is set at once.
 */
final class Forwards {

    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean unseen;

    /** A forward passes the filter. */
    void begin() {
        seen.incrementAndGet();
    }

    /** It has come back. */
    void end() {
        seen.decrementAndGet();
    }

    /** Somebody asks for the session in a dispatch of that type. */
    void askedIn(DispatcherType type) {
        unseen = type == DispatcherType.FORWARD && seen.get() == 0;
    }

    boolean isUnseen() {
        return unseen;
    }
}
