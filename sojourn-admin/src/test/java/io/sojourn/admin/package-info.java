@NullMarked
package io.sojourn.admin;

import org.jspecify.annotations.NullMarked;
