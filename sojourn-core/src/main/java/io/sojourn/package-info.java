/**
 * Sessions for any web stack: {@link io.sojourn.SessionManager} finds and saves them, {@link io.sojourn.Session} is what a
 * request holds in between. Start with {@link io.sojourn.SessionManager#create(io.sojourn.spi.SessionStore)}.
 */
@NullMarked
package io.sojourn;

import org.jspecify.annotations.NullMarked;
