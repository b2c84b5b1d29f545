/** Operations on one session at the same time, in every order in which a store can answer them. */
@NullMarked
package io.sojourn.races;

import org.jspecify.annotations.NullMarked;
