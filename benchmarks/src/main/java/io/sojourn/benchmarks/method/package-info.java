/** Single methods, timed by JMH. */
package io.sojourn.benchmarks.method;
