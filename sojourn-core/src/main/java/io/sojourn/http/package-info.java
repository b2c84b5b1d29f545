/** The session cookie, read and written the same way by every adapter; knows no web framework. */
@NullMarked
package io.sojourn.http;

import org.jspecify.annotations.NullMarked;
