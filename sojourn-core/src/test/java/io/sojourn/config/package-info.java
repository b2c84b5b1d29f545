@NullMarked
package io.sojourn.config;

import org.jspecify.annotations.NullMarked;
