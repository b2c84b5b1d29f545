/** What there is to see of sessions, for Micrometer: {@link io.sojourn.micrometer.SojournMetrics} and traces. */
@NullMarked
package io.sojourn.micrometer;

import org.jspecify.annotations.NullMarked;
