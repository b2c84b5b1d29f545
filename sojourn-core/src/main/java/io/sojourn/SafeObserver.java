package io.sojourn;

import io.sojourn.spi.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/** Calls the application's observers so that the faults of each stay its own. */
final class SafeObserver {

    private static final Logger LOG = System.getLogger("io.sojourn");

    private final List<SessionObserver> observers;

    SafeObserver(List<SessionObserver> observers) {
        this.observers = observers;
    }

    void tell(Consumer<SessionObserver> event) {
        for (SessionObserver observer : observers) {
            try {
                event.accept(observer);
            } catch (RuntimeException e) {
                LOG.log(
                        Level.WARNING,
                        "The SessionObserver " + observer.getClass().getName() + " failed",
                        e);
            }
        }
    }
}
