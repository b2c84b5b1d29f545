/**
 * One request and its response; hidden. {@link io.sojourn.servlet.request.SojournRequest} and
 * {@link io.sojourn.servlet.request.SojournResponse} wrap those of the container. Start with
 * {@link io.sojourn.servlet.request.SessionLifecycle}, which finds the session of the request and saves it before the response
 * leaves.
 */
@NullMarked
package io.sojourn.servlet.request;

import org.jspecify.annotations.NullMarked;
