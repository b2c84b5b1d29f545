package io.sojourn.history;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks who is a master. Each trouble may make one new one; any further one is the servers' own idea, which a machine that is
 * busy with other things gives them, and lets writes be lost that nobody meant to lose.
 */
final class MasterWatch implements AutoCloseable {

    private static final long EVERY_MILLIS = 100;

    private final Supplier<?> masters;
    private final Losses losses;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private Object last;
    private boolean expected;

    MasterWatch(Supplier<?> masters, Losses losses) {
        this.masters = masters;
        this.losses = losses;
        this.last = masters.get();
        Object unused = thread.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        Object now;
        try {
            now = masters.get();
        } catch (RuntimeException e) {
            return; // Nobody answers just now.
        }
        see(now);
    }

    private synchronized void see(Object now) {
        if (!now.equals(last)) {
            last = now;
            if (!expected) {
                losses.unasked();
            }
            expected = false;
        }
    }

    /** A trouble begins: one change is no surprise. */
    synchronized void expectOne() {
        expected = true;
    }

    /** It is over, and whatever it changed has been seen. */
    void expectNone() {
        look();
        synchronized (this) {
            expected = false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
