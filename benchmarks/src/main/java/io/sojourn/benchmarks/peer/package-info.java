/** The systems that are measured, each used as its documentation recommends, and the work that they do. */
package io.sojourn.benchmarks.peer;
