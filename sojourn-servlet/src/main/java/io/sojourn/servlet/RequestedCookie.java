package io.sojourn.servlet;

import io.sojourn.SessionToken;
import io.sojourn.http.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request carries under the name of our cookie, read from the raw header: containers that parse cookies drop or
 * change some, and show one of several alike.
 *
 * @param tokens those that have the shape of a token, in the order in which they are to be tried
 * @param own the texts under the cookie's present name; others were found under a former one
 * @param text the first one, token or not; null if there is none
 */
record RequestedCookie(
        List<SessionToken> tokens,
        List<String> own,
        @Nullable String text) {

    static final RequestedCookie NONE = new RequestedCookie(List.of(), List.of(), null);

    static RequestedCookie of(HttpServletRequest request, SessionCookie cookie) {
        Enumeration<String> headers = request.getHeaders("Cookie");
        if (headers == null || !headers.hasMoreElements()) {
            return NONE;
        }
        String header = headers.nextElement();
        if (headers.hasMoreElements()) { // As one, even if HTTP/2 has cut it into pieces.
            header = header + "; " + String.join("; ", Collections.list(headers));
        }
        List<String> own = cookie.values(header, request.isSecure());
        List<String> shown = own.isEmpty() ? cookie.formerValues(header) : own;
        String text = shown.isEmpty() ? null : shown.get(0);
        return text == null ? NONE : new RequestedCookie(cookie.tokens(header, request.isSecure()), own, text);
    }

    /** Whether the client has that token in the cookie where it belongs. */
    boolean isInPlace(SessionToken token) {
        return own.contains(token.reveal());
    }

    /** The id that the client asked for; null if it did not. What comes after a dot may be a secret, and is left out. */
    @Nullable
    String id() {
        if (!tokens.isEmpty()) {
            return tokens.get(0).id().toString();
        }
        return text == null ? null : publicPart(text);
    }

    static String publicPart(String text) {
        int dot = text.indexOf('.');
        return dot < 0 ? text : text.substring(0, dot);
    }
}
