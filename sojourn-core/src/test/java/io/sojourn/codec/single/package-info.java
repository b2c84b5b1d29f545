/** Classes that make their objects once, as applications have them. */
@NullMarked
package io.sojourn.codec.single;

import org.jspecify.annotations.NullMarked;
