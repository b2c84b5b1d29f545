/** What somebody tries over HTTP, or in Redis, who wants another one's session: in every container. */
@NullMarked
package io.sojourn.servlet.attack;

import org.jspecify.annotations.NullMarked;
