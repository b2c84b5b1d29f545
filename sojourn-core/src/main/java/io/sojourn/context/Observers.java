package io.sojourn.context;

import io.sojourn.observe.Operation;
import io.sojourn.observe.SessionObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls the application's observers so that the faults of each stay its own. */
public final class Observers {

    private static final Logger LOG = System.getLogger("io.sojourn");

    /** An array, since to walk it leaves nothing on the heap, and every operation does. */
    private final SessionObserver[] observers;

    Observers(List<SessionObserver> observers) {
        this.observers = observers.toArray(SessionObserver[]::new);
    }

    public void tell(Consumer<SessionObserver> event) {
        for (SessionObserver observer : observers) {
            try {
                event.accept(observer);
            } catch (RuntimeException e) {
                complain(observer, e);
            }
        }
    }

    /** Tells that an operation begins; most often nobody wants to hear of its end. */
    public MeasuredOperation begin(Operation operation) {
        List<Operation.Running> running = null;
        for (SessionObserver observer : observers) {
            Operation.Running one = begin(observer, operation);
            if (one != null) {
                running = running == null ? new ArrayList<>() : running;
                running.add(one);
            }
        }
        return running == null ? MeasuredOperation.NOBODY : new MeasuredOperation(running);
    }

    private static Operation.@Nullable Running begin(SessionObserver observer, Operation operation) {
        try {
            return observer.begins(operation);
        } catch (RuntimeException e) {
            complain(observer, e);
            return null;
        }
    }

    static void complain(Object observer, RuntimeException e) {
        LOG.log(Level.WARNING, "The SessionObserver " + observer.getClass().getName() + " failed", e);
    }
}
