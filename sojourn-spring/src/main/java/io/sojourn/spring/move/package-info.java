/**
 * Takes over the sessions that Spring Session has stored in Redis. {@link io.sojourn.spring.move.SpringSessionMove} opens them by
 * their cookies and makes them sessions of this library, so that users stay signed in. Spring Boot sets it up by the property
 * {@code sojourn.spring-session.mode}.
 */
@NullMarked
package io.sojourn.spring.move;

import org.jspecify.annotations.NullMarked;
