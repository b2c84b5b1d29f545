package io.sojourn.admin;

import io.sojourn.SessionInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * What has become of a session.
 *
 * @param state what there is of it
 * @param cause why it ended, if that is known: the name of an {@link io.sojourn.ends.EndCause}, in lower case
 * @param endedAt when its end was told
 * @param last what was known of it last, or is known of it now
 */
public record SessionFate(State state, Optional<String> cause, Optional<Instant> endedAt, Optional<SessionInfo> last) {

    /** What there is of a session. */
    public enum State {
        /** It lives. */
        LIVES,

        /** It lives, or something does under its key, and this version cannot read it. */
        UNREADABLE,

        /** It has ended; its end is not told yet, and a copy of it is kept. */
        ENDED_UNTOLD,

        /** It has ended, and its end was told within the last hour. */
        ENDED,

        /** It was ended on purpose within the last two minutes, and is kept from coming back. */
        FORBIDDEN,

        /** There is nothing of it. It has ended longer ago than ends are kept, or ends are not recorded, or it never was. */
        UNKNOWN
    }
}
