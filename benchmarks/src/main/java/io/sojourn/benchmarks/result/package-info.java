/** What a run found out: rows, the file they are kept in, charts of them, and what they are held against. */
package io.sojourn.benchmarks.result;
