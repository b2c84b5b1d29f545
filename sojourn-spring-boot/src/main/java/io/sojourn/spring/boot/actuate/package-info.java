/**
 * Spring Boot Actuator: the health of the store, its meters, and the endpoints {@code sojourn} and {@code sessions}. Set up by
 * itself where Actuator is on the class path.
 */
@NullMarked
package io.sojourn.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
