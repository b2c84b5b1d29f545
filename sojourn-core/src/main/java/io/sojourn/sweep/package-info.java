/**
 * Tells when sessions end; hidden. {@link io.sojourn.sweep.EndRecorder} has the store remember what the ends of sessions need, and
 * {@code EndSweeper} finds sessions that have ended and tells listeners.
 */
@NullMarked
package io.sojourn.sweep;

import org.jspecify.annotations.NullMarked;
