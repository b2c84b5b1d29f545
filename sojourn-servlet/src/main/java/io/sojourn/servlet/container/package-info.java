/**
 * What differs from container to container; hidden. {@link io.sojourn.servlet.container.ServerContext} finds Tomcat, Jetty or
 * Undertow behind the servlet API, to reach the listeners and the session cookie that are registered there. Start with it to
 * support another container.
 */
@NullMarked
package io.sojourn.servlet.container;

import org.jspecify.annotations.NullMarked;
