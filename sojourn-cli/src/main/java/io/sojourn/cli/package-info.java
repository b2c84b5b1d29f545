/** The command line {@code sojourn}: commands for operators over {@link io.sojourn.admin.SessionAdmin}. */
@NullMarked
package io.sojourn.cli;

import org.jspecify.annotations.NullMarked;
