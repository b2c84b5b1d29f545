/** The same page of a Spring Boot application with Spring Security, with Spring Session and with Sojourn's starter. */
package io.sojourn.benchmarks.boot;
