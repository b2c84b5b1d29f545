/** The same comparison over HTTP: Tomcat in a process of its own for each system, and a client that keeps it busy. */
package io.sojourn.benchmarks.http;
