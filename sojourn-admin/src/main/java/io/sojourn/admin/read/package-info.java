/** Reads stored sessions, and tells of their values without making objects of them. Hidden. */
@NullMarked
package io.sojourn.admin.read;

import org.jspecify.annotations.NullMarked;
