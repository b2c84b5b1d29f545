package io.sojourn.spring.boot;

import io.sojourn.redis.RedisStoreBuilder;

/** A bean of this type changes the Redis store after the properties have been applied. Several are called in their order. */
@FunctionalInterface
public interface RedisStoreCustomizer {

    /** Changes the builder. */
    void customize(RedisStoreBuilder store);
}
