/** Auto-configuration of Spring Session's API over Sojourn's sessions, and of the move from Spring Session. */
@NullMarked
package io.sojourn.spring.boot.session;

import org.jspecify.annotations.NullMarked;
