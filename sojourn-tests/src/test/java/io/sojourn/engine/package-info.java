/** The engine, seen from outside: what its Javadoc promises, each scenario through the blocking and the async manager. */
@NullMarked
package io.sojourn.engine;

import org.jspecify.annotations.NullMarked;
