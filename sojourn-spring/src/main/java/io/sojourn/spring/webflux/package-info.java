/**
 * The sessions of a Spring WebFlux application: {@link io.sojourn.spring.webflux.SojournWebSessionManager} in the place of
 * WebFlux's own. It has the same cookie and the same sessions as the servlet filter, and never blocks. Spring Boot registers it
 * by itself.
 */
@NullMarked
package io.sojourn.spring.webflux;

import org.jspecify.annotations.NullMarked;
