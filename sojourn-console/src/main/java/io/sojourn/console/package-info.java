/** The console in the browser: {@link io.sojourn.console.ConsoleServlet}. */
@NullMarked
package io.sojourn.console;

import org.jspecify.annotations.NullMarked;
