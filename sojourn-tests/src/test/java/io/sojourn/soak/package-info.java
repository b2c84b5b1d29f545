/** Half an hour of mixed traffic, while nodes of an application come and go: nothing that they hold goes on growing. */
@NullMarked
package io.sojourn.soak;

import org.jspecify.annotations.NullMarked;
