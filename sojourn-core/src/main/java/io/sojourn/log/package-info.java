/**
 * How often a message is written to the application's log; hidden. A visitor can cause some messages with every request, so
 * {@link io.sojourn.log.LogThrottle} holds them back and counts them.
 */
@NullMarked
package io.sojourn.log;

import org.jspecify.annotations.NullMarked;
