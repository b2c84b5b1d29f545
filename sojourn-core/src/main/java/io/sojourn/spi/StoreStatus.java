package io.sojourn.spi;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a store tells of itself. A store over another one passes on what that one tells. */
public interface StoreStatus {

    /**
     * The store's state, as it is known from the connection and from the last answers: returns at once and asks nobody.
     * Unless overridden, up.
     */
    default StoreHealth health() {
        return StoreHealth.UNMEASURED_UP;
    }

    /**
     * As {@link #health}, after asking for a sign of life: completes within the store's own deadline, at once if the
     * connection is down, and never exceptionally. Unless overridden, asks nobody.
     */
    default CompletionStage<StoreHealth> checkHealth() {
        return CompletableFuture.completedFuture(health());
    }

    /**
     * The largest session, in bytes, that the store can load again. A manager refuses settings that allow larger ones. No limit,
     * unless overridden.
     */
    default long maxSessionBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * The servers that it uses, as far as they have said what they are, for people: {@code "Valkey 8.0.1 at localhost:6379"}.
     * Asks nobody. Unless overridden, none.
     */
    default List<String> servers() {
        return List.of();
    }

    /** What its near cache does; empty, unless overridden, since there is none. */
    default Optional<NearCacheStatus> nearCache() {
        return Optional.empty();
    }

    /**
     * This store, or one beneath it, as this type; empty, unless overridden, if this store is not of that type. For who needs more than
     * the interface has, such as the Redis store beneath encryption.
     */
    default <T> Optional<T> unwrap(Class<T> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }
}
