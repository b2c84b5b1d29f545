/**
 * How the console answers requests: {@link io.sojourn.console.web.Console} checks a request and answers it. It knows neither servlets
 * nor another server; each has an adapter of a few lines.
 */
@NullMarked
package io.sojourn.console.web;

import org.jspecify.annotations.NullMarked;
