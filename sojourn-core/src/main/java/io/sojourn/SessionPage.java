package io.sojourn;

import java.util.List;
import java.util.Optional;

/**
 * Some of the sessions of a principal or of another index.
 *
 * @param sessions those that signed in the longest ago first; may be fewer than asked for, and even none, although there is
 *     another page
 * @param next what to ask the next page with; empty on the last page. It may be sent to a browser and back
 */
public record SessionPage(List<SessionInfo> sessions, Optional<String> next) {

    /** The most sessions of a page: {@value}. */
    public static final int MAX_SIZE = 1_000;
}
