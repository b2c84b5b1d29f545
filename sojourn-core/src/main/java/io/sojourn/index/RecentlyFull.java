package io.sojourn.index;

import io.sojourn.context.EngineContext;
import io.sojourn.record.EventTime;
import io.sojourn.spi.IndexKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a second which values of an index were full of sessions that none can be taken out of. The next sign-in makes room at
 * once, and need not ask first. Keeps the latest of some values, and forgets the others.
 */
final class RecentlyFull {

    /** Much shorter than {@link io.sojourn.spi.SessionIndex#PENDING}: members can be taken out later by so much at most. */
    private static final Duration RECENT = Duration.ofSeconds(1);

    private static final int PLACES = 64;

    private record Found(IndexKey key, EventTime at) {}

    private final EngineContext context;
    private final AtomicReferenceArray<@Nullable Found> places = new AtomicReferenceArray<>(PLACES);

    RecentlyFull(EngineContext context) {
        this.context = context;
    }

    void found(IndexKey key, EventTime at) {
        places.set(place(key), new Found(key, at));
    }

    /** When this value was found full; empty if that is too long ago, or is not known. */
    Optional<EventTime> since(IndexKey key) {
        Found found = places.get(place(key));
        return found != null
                        && found.key().equals(key)
                        && context.age(found.at()).compareTo(RECENT) < 0
                ? Optional.of(found.at())
                : Optional.empty();
    }

    void forget(IndexKey key) {
        places.set(place(key), null);
    }

    private static int place(IndexKey key) {
        return Math.floorMod(key.hashCode(), PLACES);
    }
}
