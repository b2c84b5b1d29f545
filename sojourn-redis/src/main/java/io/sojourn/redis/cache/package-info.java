/**
 * The memory of the near cache, and the messages of the servers about changes. Hidden.
 *
 * <p>It decides whether a copy may be used; it sends no loads itself. Start at {@link io.sojourn.redis.cache.SessionCache} and
 * {@link io.sojourn.redis.cache.ClientTracking}.
 */
@NullMarked
package io.sojourn.redis.cache;

import org.jspecify.annotations.NullMarked;
