/** Spring MVC in Spring Boot with sessions in Redis. */
@NullMarked
package io.sojourn.example.springboot;

import org.jspecify.annotations.NullMarked;
