/**
 * The operations of the store, as commands and scripts on the keys of sessions and indexes. Hidden.
 *
 * <p>Start at {@link io.sojourn.redis.command.SessionCommands}, which asks Redis each time.
 * {@link io.sojourn.redis.command.NearCachedStore} is the decorator that answers reads from the near cache.
 */
@NullMarked
package io.sojourn.redis.command;

import org.jspecify.annotations.NullMarked;
