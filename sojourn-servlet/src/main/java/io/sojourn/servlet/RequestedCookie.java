package io.sojourn.servlet;

import io.sojourn.SessionToken;
import io.sojourn.http.SessionCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request carries under the name of our cookie, read from the raw header: containers that parse cookies drop or
 * change some, and show one of several alike.
 *
 * @param tokens those that have the shape of a token, in order
 * @param text the first one, token or not; null if there is none
 */
record RequestedCookie(List<SessionToken> tokens, @Nullable String text) {

    static RequestedCookie of(HttpServletRequest request, SessionCookie cookie) {
        Enumeration<String> headers = request.getHeaders("Cookie");
        if (headers == null || !headers.hasMoreElements()) {
            return new RequestedCookie(List.of(), null);
        }
        List<String> values = new ArrayList<>(1);
        while (headers.hasMoreElements()) {
            values.addAll(cookie.values(headers.nextElement()));
        }
        List<SessionToken> tokens = values.stream()
                .flatMap(value -> SessionToken.parse(value).stream())
                .distinct()
                .limit(SessionCookie.MAX_CANDIDATES)
                .toList();
        return new RequestedCookie(tokens, values.isEmpty() ? null : values.get(0));
    }

    /** The id that the client asked for; null if it did not. What comes after a dot may be a secret, and is left out. */
    @Nullable
    String id() {
        if (!tokens.isEmpty()) {
            return tokens.get(0).id().toString();
        }
        int dot = text == null ? -1 : text.indexOf('.');
        return text == null || dot < 0 ? text : text.substring(0, dot);
    }
}
