package io.sojourn.admin;

import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import java.util.Optional;

/**
 * A session in a list.
 *
 * @param id names it
 * @param info what is known of it; empty if its record cannot be read
 * @param unreadable why it cannot be read; empty if it can
 */
public record SessionEntry(SessionId id, Optional<SessionInfo> info, String unreadable) {

    /** One line; names that users may have typed are escaped and cut. */
    @Override
    public String toString() {
        return id + " " + info.map(PrintedText::of).orElse("unreadable: " + PrintedText.line(unreadable));
    }
}
