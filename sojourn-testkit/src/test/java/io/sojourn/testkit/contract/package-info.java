@NullMarked
package io.sojourn.testkit.contract;

import org.jspecify.annotations.NullMarked;
