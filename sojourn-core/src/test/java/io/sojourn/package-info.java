@NullMarked
package io.sojourn;

import org.jspecify.annotations.NullMarked;
