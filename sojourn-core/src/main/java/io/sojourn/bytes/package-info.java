/** Base64url and SHA-256 as tokens need them: in constant time, and without garbage; hidden. Start with either class. */
@NullMarked
package io.sojourn.bytes;

import org.jspecify.annotations.NullMarked;
