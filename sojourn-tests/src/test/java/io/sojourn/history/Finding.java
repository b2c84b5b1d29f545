package io.sojourn.history;

/** What a history must not show, unless a server was lost together with what only it knew. */
enum Finding {

    /** A session that nobody ended is not there. */
    LOST_SESSION,

    /** A write that was acknowledged cannot be seen. */
    LOST_WRITE,

    /** A value that nobody wrote, or more of them than were asked for. */
    INVENTED,

    /** A session whose end was acknowledged opens. */
    RESURRECTED,

    /** A secret opens that was acknowledged to be replaced. */
    OLD_SECRET_OPENS,

    /** A call failed with something else than the store being out of reach. */
    STRANGE_FAILURE
}
