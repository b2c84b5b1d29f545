package io.sojourn.servlet;

import io.sojourn.SessionToken;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The token in a header.
 *
 * @param name of the header
 * @param besidesCookie whether requests without the header use the cookie
 */
record HeaderTransport(String name, boolean besidesCookie) implements TokenTransport {

    /** A token of RFC 9110, 5.6.2, which is what a header's name is. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");

    HeaderTransport {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches() || name.equalsIgnoreCase("Cookie") || name.equalsIgnoreCase("Set-Cookie")) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" cannot be the header of the session's token; name one such as X-Auth-Token");
        }
    }

    @Override
    public boolean carries(HttpServletRequest request) {
        return !besidesCookie || request.getHeader(name) != null;
    }

    @Override
    public List<String> read(HttpServletRequest request) {
        Enumeration<String> values = request.getHeaders(name);
        return values == null
                ? List.of()
                : Collections.list(values).stream()
                        .filter(text -> !text.isBlank())
                        .toList();
    }

    @Override
    public void hand(HttpServletRequest request, HttpServletResponse response, SessionToken token) {
        response.setHeader(name, token.reveal());
    }

    @Override
    public void clear(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader(name, "");
    }
}
