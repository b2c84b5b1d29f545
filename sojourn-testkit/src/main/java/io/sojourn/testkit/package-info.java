/**
 * For tests on real servers: {@link io.sojourn.testkit.RedisServers} starts them,
 * {@link io.sojourn.testkit.RedisServer} makes them fail, {@link io.sojourn.testkit.RedisProbe} looks at what they hold.
 */
@NullMarked
package io.sojourn.testkit;

import org.jspecify.annotations.NullMarked;
