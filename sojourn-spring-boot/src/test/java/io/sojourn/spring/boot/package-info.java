@NullMarked
package io.sojourn.spring.boot;

import org.jspecify.annotations.NullMarked;
