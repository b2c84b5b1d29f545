/** One class for each thing that reads what a client or Redis says: whatever it is given, only what its Javadoc says. */
@NullMarked
package io.sojourn.fuzz;

import org.jspecify.annotations.NullMarked;
