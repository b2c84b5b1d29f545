/** Measures Sojourn beside what one would use instead; {@code ./bench} starts it. */
package io.sojourn.benchmarks;
