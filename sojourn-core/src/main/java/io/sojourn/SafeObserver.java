package io.sojourn;

import io.sojourn.spi.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Calls the application's observer so that its faults stay its own. */
final class SafeObserver {

    private static final Logger LOG = System.getLogger("io.sojourn");

    private final SessionObserver observer;

    SafeObserver(SessionObserver observer) {
        this.observer = observer;
    }

    void tell(Consumer<SessionObserver> event) {
        try {
            event.accept(observer);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "The SessionObserver " + observer.getClass().getName() + " failed", e);
        }
    }
}
