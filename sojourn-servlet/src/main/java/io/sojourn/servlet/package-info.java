/**
 * Sessions for Jakarta Servlet 6.0 and 6.1: {@link io.sojourn.servlet.SojournFilter} in front of an application answers
 * everything that has to do with its {@code HttpSession}; the container's own sessions are never touched.
 */
@NullMarked
package io.sojourn.servlet;

import org.jspecify.annotations.NullMarked;
