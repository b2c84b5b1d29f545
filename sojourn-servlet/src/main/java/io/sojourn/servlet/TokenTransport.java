package io.sojourn.servlet;

import io.sojourn.SessionToken;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Carries the token of a session between client and server in place of the cookie; for clients such as mobile applications that
 * keep no cookies. See {@link SojournFilter.Builder#tokenTransport}. {@link #header} is ready to use.
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
     * A transport by a header of requests and responses, such as {@code X-Auth-Token}. A response whose header is empty says that
     * the session has ended.
     *
     * @param name the name of the header
     */
    static TokenTransport header(String name) {
        return new TokenTransport() {
            @Override
            public List<String> read(HttpServletRequest request) {
                Enumeration<String> values = request.getHeaders(name);
                return values == null ? List.of() : Collections.list(values);
            }

            @Override
            public void hand(HttpServletRequest request, HttpServletResponse response, SessionToken token) {
                response.setHeader(name, token.reveal());
            }

            @Override
            public void clear(HttpServletRequest request, HttpServletResponse response) {
                response.setHeader(name, "");
            }
        };
    }
}
