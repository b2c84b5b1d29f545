package io.sojourn.races;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Owns the order in which a store answers. Every call to a {@link ParkingStore} waits here until it is chosen; everything else
 * runs at once, in the thread that gives the answer.
 */
final class Scheduler {

    private static final long PAUSE_NANOS = 10_000;
    private static final int MOST_PAUSES = 500_000;

    /** The calls that wait, those that came first in front; guarded by itself. */
    private final List<ParkedCall<?>> parked = new ArrayList<>();

    private final List<String> steps = new ArrayList<>();

    /** How many steps have been taken. */
    int stepsTaken() {
        synchronized (parked) {
            return steps.size();
        }
    }

    List<String> steps() {
        synchronized (parked) {
            return List.copyOf(steps);
        }
    }

    <T> CompletionStage<T> park(ParkedCall<T> call) {
        synchronized (parked) {
            call.parkedAt = steps.size();
            parked.add(call);
        }
        return call.answer;
    }

    List<ParkedCall<?>> parked() {
        synchronized (parked) {
            return List.copyOf(parked);
        }
    }

    /** Carries a call out, and gives its answer as well if that is one step. */
    void step(ParkedCall<?> call, boolean whole, boolean lost) {
        if (!call.isCarriedOut()) {
            call.carryOut();
            if (!whole) {
                note(call, "");
                return;
            }
        }
        synchronized (parked) {
            parked.remove(call);
        }
        note(call, lost ? ", answer lost" : whole ? "" : ", answered");
        call.complete(lost);
    }

    private void note(ParkedCall<?> call, String what) {
        synchronized (parked) {
            steps.add(call + what);
        }
    }

    /** Waits while a pause between two writes is all that is going on: it ends by itself. */
    void await(BooleanSupplier settled) {
        for (int i = 0; !settled.getAsBoolean(); i++) {
            if (i == MOST_PAUSES) {
                throw new AssertionError("Nothing goes on after " + steps() + "; waiting: " + parked());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
