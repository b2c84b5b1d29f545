package io.sojourn.races;

/** What a request does with the session that its token opens. */
enum Kind {

    /** Sets an attribute of its own and saves. */
    SAVE,

    /** Appends to a list that all write, through {@code update}. */
    UPDATE,

    /** Changes nothing; the session is due for a touch. */
    TOUCH,

    /** Sets an attribute of its own, signs the other user in, and saves. */
    SIGN_IN,

    /** As {@link #SIGN_IN}, of the user who may be signed in already. */
    SIGN_IN_AGAIN,

    /** Sets an attribute of its own, signs the user out, and saves. */
    SIGN_OUT,

    /** Sets an attribute of its own, replaces the secret, and saves. */
    ROTATE,

    /** Ends the session that its token opens. */
    REVOKE,

    /** Ends the session by its id. */
    REVOKE_ID,

    /** Ends all sessions of the user who was signed in first. */
    REVOKE_ALL;

    boolean ends() {
        return this == REVOKE || this == REVOKE_ID || this == REVOKE_ALL;
    }

    boolean signsIn() {
        return this == SIGN_IN || this == SIGN_IN_AGAIN;
    }

    boolean replacesSecret() {
        return signsIn() || this == SIGN_OUT || this == ROTATE;
    }

    /** Whether the request sets an attribute of its own. */
    boolean sets() {
        return this == SAVE || replacesSecret();
    }
}
