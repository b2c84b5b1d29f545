/**
 * How the token comes and goes: cookie, URL or header; hidden. {@link io.sojourn.servlet.cookie.Application} holds the settings of one
 * web application, {@link io.sojourn.servlet.cookie.ResponseCookie} writes the cookie, and
 * {@link io.sojourn.servlet.cookie.TokenUrl} the token in URLs.
 */
@NullMarked
package io.sojourn.servlet.cookie;

import org.jspecify.annotations.NullMarked;
