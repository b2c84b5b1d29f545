@NullMarked
package io.sojourn.spi.text;

import org.jspecify.annotations.NullMarked;
