package io.sojourn;

/** Whether a session may be written, as far as the indexes are concerned. */
enum Entrance {
    /** It has been entered wherever it belongs. */
    ENTERED,
    /** It may not be: what it was to be bound to was revoked meanwhile, or the session itself. It has been ended. */
    REVOKED,
    /** It may not be: there are too many already. */
    FULL
}
