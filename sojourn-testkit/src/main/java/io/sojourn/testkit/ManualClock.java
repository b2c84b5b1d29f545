package io.sojourn.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved, forwards or back. Thread-safe. */
public final class ManualClock implements InstantSource {

    private Instant now;

    private ManualClock(Instant start) {
        now = start;
    }

    /** A clock that shows this time. */
    public static ManualClock at(Instant start) {
        return new ManualClock(start);
    }

    /** A clock that shows this time, such as {@code 2030-01-01T00:00:00Z}. */
    public static ManualClock at(String start) {
        return at(Instant.parse(start));
    }

    /** Moves it forwards, or back by a negative duration. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }

    /** Makes it show this time. */
    public synchronized void set(Instant time) {
        now = time;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** The time that it shows. */
    @Override
    public String toString() {
        return "ManualClock[" + instant() + "]";
    }
}
