@NullMarked
package io.sojourn.spi;

import org.jspecify.annotations.NullMarked;
