@NullMarked
package io.sojourn.redis;

import org.jspecify.annotations.NullMarked;
