/**
 * Connections to single servers: where they are, how Lettuce is set up, what a failure means and what to do about it. Hidden.
 *
 * <p>It keeps every difference between Lettuce's defaults and what a session store needs in one place. Start at
 * {@link io.sojourn.redis.connection.ClientSetup} and {@link io.sojourn.redis.connection.NodeRegistry}.
 */
@NullMarked
package io.sojourn.redis.connection;

import org.jspecify.annotations.NullMarked;
