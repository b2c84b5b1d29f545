/** The console over HTTP in real containers, and in a real browser. */
@NullMarked
package io.sojourn.console;

import org.jspecify.annotations.NullMarked;
