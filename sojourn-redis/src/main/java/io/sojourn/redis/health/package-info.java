/**
 * What is known of the servers: their state from the last answers, and what they said of themselves at the start. Hidden.
 *
 * <p>It asks nothing while sessions are served. Start at {@link io.sojourn.redis.health.HealthMonitor} for the state and at
 * {@link io.sojourn.redis.health.StartUpProbe} for the lines in the log.
 */
@NullMarked
package io.sojourn.redis.health;

import org.jspecify.annotations.NullMarked;
