/**
 * The index of principals and of other values, and the revocations that need it; hidden. An index and a session are changed one
 * after the other, perhaps on two servers, so this package holds the protocol that misses no session whatever fails in between.
 * Start with the table of states in {@link io.sojourn.index.Revocation}, which ends what
 * {@link io.sojourn.index.PrincipalIndex} finds.
 */
@NullMarked
package io.sojourn.index;

import org.jspecify.annotations.NullMarked;
