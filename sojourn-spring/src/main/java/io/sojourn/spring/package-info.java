/**
 * Sojourn for Spring applications. {@link io.sojourn.spring.SpringCodec} stores what Spring and Spring Security put into a
 * session; {@link io.sojourn.spring.SecuritySignIn} tells the session who has signed in. Spring Boot sets both up by itself,
 * with {@code sojourn-spring-boot-starter}.
 */
@NullMarked
package io.sojourn.spring;

import org.jspecify.annotations.NullMarked;
