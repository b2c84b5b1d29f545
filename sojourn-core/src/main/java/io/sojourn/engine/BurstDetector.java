package io.sojourn.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntConsumer;

/** Notices that something which happens now and then happens often: so many times in ten seconds. */
final class BurstDetector {

    static final int MANY = 100;
    static final Duration WINDOW = Duration.ofSeconds(10);

    private final InstantSource clock;
    private long windowEnds;
    private int count;

    BurstDetector(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts one more. Every hundredth within a window is told, with how many there were in it. */
    void count(IntConsumer told) {
        int many = countOne();
        if (many % MANY == 0) {
            told.accept(many);
        }
    }

    private synchronized int countOne() {
        long now = clock.millis();
        if (now >= windowEnds || now < windowEnds - WINDOW.toMillis()) {
            windowEnds = now + WINDOW.toMillis();
            count = 0;
        }
        return ++count;
    }
}
