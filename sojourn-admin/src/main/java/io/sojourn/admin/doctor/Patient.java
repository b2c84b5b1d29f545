package io.sojourn.admin.doctor;

import io.sojourn.admin.scan.KeyScan;
import io.sojourn.redis.RedisStore;
import io.sojourn.spi.SessionStore;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * What the checks look at.
 *
 * @param store over {@code redis}, with the layers of the application
 * @param recordsEnds whether the ends of sessions are recorded
 */
public record Patient(
        RedisStore redis, SessionStore store, KeyScan scan, InstantSource clock, BooleanSupplier recordsEnds) {

    String key(String rest) {
        return redis.prefix() + ":" + rest;
    }
}
