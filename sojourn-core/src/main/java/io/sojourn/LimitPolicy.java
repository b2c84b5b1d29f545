package io.sojourn;

/** What gives way when somebody signs in who has as many sessions as allowed. */
public enum LimitPolicy {

    /** The session whose sign-in is the longest ago is ended. */
    END_OLDEST,

    /** The new sign-in is not stored: {@link SaveOutcome#LIMIT_REACHED}. */
    REFUSE_NEW
}
