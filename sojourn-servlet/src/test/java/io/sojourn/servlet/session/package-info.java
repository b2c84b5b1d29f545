@NullMarked
package io.sojourn.servlet.session;

import org.jspecify.annotations.NullMarked;
