package io.sojourn;

/** Which session ends, or is refused, when a principal signs in and has {@code maxSessionsPerPrincipal} already. */
public enum LimitPolicy {

    /** The session whose sign-in is the longest ago is ended. */
    END_OLDEST,

    /** The new sign-in is not stored: {@link SaveOutcome#LIMIT_REACHED}. */
    REFUSE_NEW
}
