package io.sojourn.history;

import java.util.List;

/**
 * What a history must not show, unless a server was lost together with what only it knew.
 *
 * @param what in words; the same one is counted once
 * @param acknowledgedAt when that was acknowledged which is not so, in nanoseconds of the machine: each of these may be the
 *     one; empty if nothing can excuse it
 */
record Finding(Kind kind, String what, List<Long> acknowledgedAt) {

    enum Kind {
        /** A session that nobody ended is not there. */
        LOST_SESSION,

        /** A write that was acknowledged cannot be seen. */
        LOST_WRITE,

        /** A value that nobody wrote, or more of them than were asked for. */
        INVENTED,

        /** A session whose end was acknowledged opens, or takes a write. */
        RESURRECTED,

        /** A secret opens that was acknowledged to be replaced. */
        OLD_SECRET_OPENS,

        /** A call failed with something else than the store being out of reach. */
        STRANGE_FAILURE
    }

    boolean isExplainedBy(Losses losses) {
        return acknowledgedAt.stream().anyMatch(losses::explain);
    }
}
