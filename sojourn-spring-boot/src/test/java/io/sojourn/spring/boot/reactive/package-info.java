/** The WebFlux application that the tests run on several nodes, with Spring Security as most applications use it. */
@NullMarked
package io.sojourn.spring.boot.reactive;

import org.jspecify.annotations.NullMarked;
