/** Gives every system its turns, and reads the counters before and after. */
package io.sojourn.benchmarks.run;
