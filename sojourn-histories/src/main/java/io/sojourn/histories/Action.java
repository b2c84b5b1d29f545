package io.sojourn.histories;

/** What a call does. */
public enum Action {

    /** Makes and saves a new session. */
    CREATE,

    /** Appends an element through {@code update}; shows the lists on which that was committed, with the element. */
    UPDATE,

    /** Reads the session, appends an element to a list that only this process writes, and saves. */
    SAVE,

    /** As {@link #SAVE}, and signs a principal in with the same save. */
    SIGN_IN,

    /** As {@link #SAVE}, and replaces the secret with the same save. */
    ROTATE,

    /** Ends the session. */
    REVOKE,

    /** Reads the lists with a secret that should open the session. */
    READ,

    /** Reads the lists when nothing is written any more, all servers are back and no copy can be old. */
    FINAL_READ,

    /** Reads with the secret that the call with this element has replaced. */
    KNOCK;

    /** Whether an acknowledged call has appended its element. */
    public boolean appends() {
        return this == UPDATE || this == SAVE || replacesSecret();
    }

    /** Whether an acknowledged call has replaced the secret. */
    public boolean replacesSecret() {
        return this == SIGN_IN || this == ROTATE;
    }

    /** Whether the call sees the present state, even if a read may be answered with an older copy. */
    public boolean seesPresent() {
        return this == UPDATE || this == FINAL_READ;
    }
}
