@NullMarked
package io.sojourn.admin.scan;

import org.jspecify.annotations.NullMarked;
