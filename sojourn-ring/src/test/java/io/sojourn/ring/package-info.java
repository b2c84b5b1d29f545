@NullMarked
package io.sojourn.ring;

import org.jspecify.annotations.NullMarked;
