/**
 * Session end events: {@link io.sojourn.SessionManager#listenToEnds} tells a listener of each session that ended, at least once, on
 * one node at a time, with the cause and the attributes.
 */
@NullMarked
package io.sojourn.ends;

import org.jspecify.annotations.NullMarked;
