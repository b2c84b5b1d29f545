/**
 * Auto-configuration for Spring Boot 4 and 3.5: with it on the class path, the application's HTTP sessions are in Redis.
 * {@link io.sojourn.spring.boot.SojournProperties} lists the properties.
 */
@NullMarked
package io.sojourn.spring.boot;

import org.jspecify.annotations.NullMarked;
