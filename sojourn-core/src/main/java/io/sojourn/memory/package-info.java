/** {@link io.sojourn.memory.MemoryStore}: sessions within one process, for development, tests and single nodes. */
@NullMarked
package io.sojourn.memory;

import org.jspecify.annotations.NullMarked;
