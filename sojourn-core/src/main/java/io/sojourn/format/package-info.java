/**
 * The packed record: how a session's header and its small attributes lie in one part of a store. Not for applications; the
 * layout itself is public and written down in {@code docs/format.md}.
 */
@NullMarked
package io.sojourn.format;

import org.jspecify.annotations.NullMarked;
