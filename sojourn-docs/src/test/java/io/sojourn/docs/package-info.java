/** The README and the pages of {@code docs/} tell what works. */
@NullMarked
package io.sojourn.docs;

import org.jspecify.annotations.NullMarked;
