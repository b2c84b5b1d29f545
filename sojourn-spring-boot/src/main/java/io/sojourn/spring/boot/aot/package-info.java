/** Hints for native images. */
@NullMarked
package io.sojourn.spring.boot.aot;

import org.jspecify.annotations.NullMarked;
