@NullMarked
package io.sojourn.redis.connection;

import org.jspecify.annotations.NullMarked;
