/** Walks over the keys of all masters, a few at a time. Hidden. */
@NullMarked
package io.sojourn.admin.scan;

import org.jspecify.annotations.NullMarked;
