/** The application that the tests run on several nodes: Spring MVC and Spring Security as most applications use them. */
@NullMarked
package io.sojourn.spring.boot.app;

import org.jspecify.annotations.NullMarked;
