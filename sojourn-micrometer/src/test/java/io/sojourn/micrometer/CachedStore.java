package io.sojourn.micrometer;

import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.NearCacheStatus;
import io.sojourn.spi.layer.ForwardingStore;
import java.util.Optional;

/** Says that it has a near cache, and what that did. */
final class CachedStore extends ForwardingStore {

    CachedStore() {
        super(new MemoryStore());
    }

    @Override
    public Optional<NearCacheStatus> nearCache() {
        return Optional.of(new NearCacheStatus(true, 7, 5, 3, 0, 2, 1, 4096));
    }
}
