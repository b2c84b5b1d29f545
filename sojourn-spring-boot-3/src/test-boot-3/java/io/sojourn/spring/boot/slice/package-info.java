/** Annotations of Spring Boot's tests, which lie in another package in each version of it. */
@NullMarked
package io.sojourn.spring.boot.slice;

import org.jspecify.annotations.NullMarked;
