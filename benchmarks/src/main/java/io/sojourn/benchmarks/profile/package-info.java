/** Where the time and the memory go: flame graphs of Java Flight Recorder's samples. */
package io.sojourn.benchmarks.profile;
