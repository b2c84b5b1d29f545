/** Compression of stored sessions, with Zstandard. */
@NullMarked
package io.sojourn.zstd;

import org.jspecify.annotations.NullMarked;
