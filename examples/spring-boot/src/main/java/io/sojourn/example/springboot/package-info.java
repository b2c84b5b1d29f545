/** Spring Boot with Spring Security, Thymeleaf and Actuator, and sessions in Redis. */
@NullMarked
package io.sojourn.example.springboot;

import org.jspecify.annotations.NullMarked;
