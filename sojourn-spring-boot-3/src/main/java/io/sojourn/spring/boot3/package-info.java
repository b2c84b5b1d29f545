/** What differs on Spring Boot 3.5, where the types of Actuator's health are in another package than on Spring Boot 4. */
@NullMarked
package io.sojourn.spring.boot3;

import org.jspecify.annotations.NullMarked;
