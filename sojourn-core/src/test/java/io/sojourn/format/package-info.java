@NullMarked
package io.sojourn.format;

import org.jspecify.annotations.NullMarked;
