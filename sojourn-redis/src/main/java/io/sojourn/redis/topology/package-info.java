/**
 * How servers are laid out: one server, sentinels, or a cluster. Hidden.
 *
 * <p>Each layout is one {@link io.sojourn.redis.connection.Topology}, which finds the master and follows it when it changes. Start at
 * {@link io.sojourn.redis.topology.ServerTopology} or {@link io.sojourn.redis.topology.ClusterTopology}.
 */
@NullMarked
package io.sojourn.redis.topology;

import org.jspecify.annotations.NullMarked;
