@NullMarked
package io.sojourn.testkit;

import org.jspecify.annotations.NullMarked;
