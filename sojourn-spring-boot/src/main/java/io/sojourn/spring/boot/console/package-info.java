/**
 * The console for operators, and the events of all nodes, set up by properties. Both are there only if the application has the modules
 * {@code sojourn-console} and {@code sojourn-admin}. Start at {@link io.sojourn.spring.boot.console.SojournConsoleAutoConfiguration}.
 */
@NullMarked
package io.sojourn.spring.boot.console;

import org.jspecify.annotations.NullMarked;
