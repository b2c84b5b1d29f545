package io.sojourn.servlet;

import io.sojourn.SessionId;
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
        // A load balancer's route may follow. A cookie of the older form is not in place: it is replaced by one without
        // a dot.
        String text = token.reveal();
        return own.stream().anyMatch(each -> each.equals(text) || each.startsWith(text + "."));
    }

    /** The id that the client asked for; null if it did not. What may be a secret or a route is left out. */
    @Nullable
    String id() {
        if (!tokens.isEmpty()) {
            return tokens.get(0).id().toString();
        }
        return text == null ? null : publicPart(text);
    }

    /** What of a text that is no token may be shown: what stands before a dot, and no more than the length of an id. */
    static String publicPart(String text) {
        int dot = text.indexOf('.');
        int end = dot < 0 ? text.length() : dot;
        return text.substring(0, Math.min(end, SessionId.LENGTH));
    }
}
