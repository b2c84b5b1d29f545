/** What sessions cost in a real Redis, as far as it can be counted. What it takes in time is measured by {@code ./bench}. */
@NullMarked
package io.sojourn.costs;

import org.jspecify.annotations.NullMarked;
