package io.sojourn.zstd;

import java.util.Map;

/**
 * What must be known of a stored session to write to it.
 *
 * @param marked whether a node without this layer would leave the session alone: its record is in a frame, or there is none
 * @param sizes how large those parts are that are in a frame, without it, by their names in the store; 0 for what is in a
 *     frame and not compressed
 */
record FrameLayout(boolean marked, Map<String, Integer> sizes) {

    /** There is nothing yet. */
    static final FrameLayout NONE = new FrameLayout(true, Map.of());
}
