@NullMarked
package io.sojourn.http;

import org.jspecify.annotations.NullMarked;
