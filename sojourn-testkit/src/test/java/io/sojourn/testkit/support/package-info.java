@NullMarked
package io.sojourn.testkit.support;

import org.jspecify.annotations.NullMarked;
