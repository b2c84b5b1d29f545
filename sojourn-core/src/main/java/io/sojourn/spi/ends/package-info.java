/**
 * What a store remembers so that the ends of sessions can be told: see {@link io.sojourn.spi.SessionEnds}, which is optional. Due
 * times lie in shards; a node claims what is due, looks at the session, and notes that its end was told.
 */
@NullMarked
package io.sojourn.spi.ends;

import org.jspecify.annotations.NullMarked;
