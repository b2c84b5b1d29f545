package io.sojourn.spring.webflux;

import io.sojourn.servlet.TokenTransport;

/**
 * The header that carries tokens; see {@link TokenTransport#header}.
 *
 * @param besidesCookie whether requests without the header use the cookie
 */
record TokenHeader(String name, boolean besidesCookie) {

    TokenHeader {
        TokenTransport unused = TokenTransport.header(name); // Refuses what cannot be the name of a header.
    }
}
