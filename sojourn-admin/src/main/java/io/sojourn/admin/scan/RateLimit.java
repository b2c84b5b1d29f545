package io.sojourn.admin.scan;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Spreads work over time, so that scans leave the server to its sessions. Thread-safe. */
public final class RateLimit {

    private final double nanosEach;
    private long freeAt = System.nanoTime();

    public RateLimit(int perSecond) {
        this.nanosEach = (double) TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits until what was taken before has had its time, and takes so many. */
    public void take(int count) {
        long pause;
        synchronized (this) {
            long now = System.nanoTime();
            pause = freeAt - now;
            freeAt = Math.max(freeAt, now) + (long) (count * nanosEach);
        }
        long until = System.nanoTime() + pause;
        while (until - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, until - System.nanoTime());
        }
    }
}
