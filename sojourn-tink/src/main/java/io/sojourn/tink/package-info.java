/** Encryption of stored sessions, with Google Tink. */
@NullMarked
package io.sojourn.tink;

import org.jspecify.annotations.NullMarked;
