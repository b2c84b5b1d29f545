@NullMarked
package io.sojourn.histories;

import org.jspecify.annotations.NullMarked;
