/** What Clojure does not do fast enough for the namespaces under {@code ring.redis.session}. */
@NullMarked
package io.sojourn.ring;

import org.jspecify.annotations.NullMarked;
