@NullMarked
package io.sojourn.sweep;

import org.jspecify.annotations.NullMarked;
