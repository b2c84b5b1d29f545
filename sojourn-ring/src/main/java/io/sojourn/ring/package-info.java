/**
 * The implementation under the Clojure namespace {@code ring.redis.session}: sessions of Ring applications, as Clojure
 * values. Start with {@link io.sojourn.ring.RingStore}.
 */
@NullMarked
package io.sojourn.ring;

import org.jspecify.annotations.NullMarked;
