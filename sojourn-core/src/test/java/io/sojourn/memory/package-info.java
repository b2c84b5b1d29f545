@NullMarked
package io.sojourn.memory;

import org.jspecify.annotations.NullMarked;
