/** Nodes of this version and of the one before on the same sessions, as in a rolling deployment and its rollback. */
@NullMarked
package io.sojourn.fleet;

import org.jspecify.annotations.NullMarked;
