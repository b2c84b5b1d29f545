package io.sojourn.console;

import java.time.Instant;

/**
 * What an operator did in the console, or tried to do. The console tells a listener each of them, and writes a line to the log.
 *
 * @param at when
 * @param actor the operator's name, as the application's function gave it
 * @param kind what was done
 * @param target the id of a session for {@link Kind#SHOW_VALUES} and {@link Kind#END}, a principal for {@link Kind#END_ALL}, else empty.
 *     A visitor may have typed a principal: escape it where it is shown
 * @param outcome how it went
 * @param ended how many sessions ended
 */
public record ConsoleAction(Instant at, String actor, Kind kind, String target, Outcome outcome, int ended) {

    /** What operators do. Lists, and sessions without values, are no actions. */
    public enum Kind {
        /** Looked at the values of a session's attributes. */
        SHOW_VALUES,

        /** Ended one session. */
        END,

        /** Ended all sessions of a principal. */
        END_ALL,

        /** Had servers, rights and keys examined by the doctor. */
        EXAMINE
    }

    /** How an action went. */
    public enum Outcome {
        /** It was done. */
        DONE,

        /** It was not done, since the console's settings do not allow it. */
        REFUSED,

        /** It failed, and may have been done in part: the store did not answer, or the session could not be read. */
        FAILED
    }

    /** Without the target, which may be a user's name. */
    @Override
    public String toString() {
        return "ConsoleAction[" + kind + " " + outcome + " ended=" + ended + "]";
    }
}
