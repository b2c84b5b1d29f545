/** Runs the shop as a fleet on one machine: a Redis, and several servers as processes of their own. */
@NullMarked
package io.sojourn.example.shop.launcher;

import org.jspecify.annotations.NullMarked;
