package io.sojourn.servlet;

import io.sojourn.SessionToken;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;

/**
 * Carries the token of a session between client and server in place of the cookie; for clients such as mobile applications that
 * keep no cookies. See {@link SojournFilter.Builder#tokenTransport}. {@link #header} and {@link #headerOrCookie} are ready to use.
 *
 * <p>{@link SessionToken#reveal()} is the text that the client must keep secret and send back unchanged.
 */
public interface TokenTransport {

    /**
     * The texts that the client sends as tokens, in the order in which they are to be tried; empty if there are none. Texts that
     * are no tokens are ignored. Called at most once for a request, when the application first asks for its session.
     */
    List<String> read(HttpServletRequest request);

    /**
     * Hands a token to the client. Called before the response is committed, perhaps more than once for a response; the last call
     * counts, so replace what was set before.
     */
    void hand(HttpServletRequest request, HttpServletResponse response, SessionToken token);

    /** Tells the client that its session has ended. Called as {@link #hand} is. */
    void clear(HttpServletRequest request, HttpServletResponse response);

    /**
     * Whether this request and its response carry their token this way. Those of which this is false use the cookie. Always true
     * unless overridden. The answer must not change while the request lasts.
     */
    default boolean carries(HttpServletRequest request) {
        return true;
    }

    /**
     * A transport by a header of requests and responses, such as {@code X-Auth-Token}. A response whose header is empty says that
     * the session has ended.
     *
     * <p><b>A script that runs in a page can read this header</b>, unlike an {@code HttpOnly} cookie: an attacker who gets a script
     * into a page (cross-site scripting) can take the token away and use it elsewhere. So keep it to clients that are no browsers,
     * and name the header in {@code Access-Control-Expose-Headers} for no other site. In return no browser sends it by itself, so
     * that another site cannot forge a request (CSRF).
     *
     * @param name the name of the header
     * @throws IllegalArgumentException if no header can have that name, or it is {@code Cookie} or {@code Set-Cookie}
     */
    static TokenTransport header(String name) {
        return new HeaderTransport(name, false);
    }

    /**
     * As {@link #header}, for an application that serves both browsers and such clients. A request that has the header uses it, even
     * if it is empty; every other request uses the cookie. So a client that wants its token by header sends an empty one at first.
     *
     * <p>The two are never mixed: of a request with the header no cookie is read, so that a script in a page cannot have the token
     * of the cookie's session told to it by adding the header.
     *
     * @throws IllegalArgumentException as there
     */
    static TokenTransport headerOrCookie(String name) {
        return new HeaderTransport(name, true);
    }
}
