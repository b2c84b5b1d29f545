/**
 * The {@link jakarta.servlet.http.HttpSession} that the application sees; hidden. {@link io.sojourn.servlet.session.HttpSessionView}
 * shows a {@link io.sojourn.Session} of this request; {@link io.sojourn.servlet.session.NodeSessions} keeps what cannot leave
 * this server, such as the listeners of open WebSockets.
 */
@NullMarked
package io.sojourn.servlet.session;

import org.jspecify.annotations.NullMarked;
