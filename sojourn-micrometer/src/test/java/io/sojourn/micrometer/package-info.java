@NullMarked
package io.sojourn.micrometer;

import org.jspecify.annotations.NullMarked;
