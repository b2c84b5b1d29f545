/**
 * Spring Session's API over the sessions of a {@link io.sojourn.SessionManager}, for code that was written against it. Needs
 * {@code spring-session-core} on the class path, 3.5 or 4. Spring Boot registers the repositories by itself.
 *
 * <p>{@code Session.getId()} here is the public id that {@code HttpSession.getId()} gives. It opens nothing to a client: the
 * secret is in the cookie alone. {@code findById} takes such an id without any proof, so never give it a text that a client
 * sent, and never use these repositories with Spring Session's own {@code SessionRepositoryFilter}, which would take ids from
 * cookies.
 */
@NullMarked
package io.sojourn.spring.session;

import org.jspecify.annotations.NullMarked;
