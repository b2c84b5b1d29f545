@NullMarked
package io.sojourn.history;

import org.jspecify.annotations.NullMarked;
