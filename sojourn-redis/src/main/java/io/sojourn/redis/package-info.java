/** {@link io.sojourn.redis.RedisStore}: sessions in Redis or Valkey, through Lettuce. */
@NullMarked
package io.sojourn.redis;

import org.jspecify.annotations.NullMarked;
