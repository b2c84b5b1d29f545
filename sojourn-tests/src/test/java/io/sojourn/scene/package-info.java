/**
 * Scenes of an application whose servers fail: processes append to lists in sessions, every call is recorded, and the checker of
 * {@code sojourn-histories} says what is wrong with the record.
 */
@NullMarked
package io.sojourn.scene;

import org.jspecify.annotations.NullMarked;
