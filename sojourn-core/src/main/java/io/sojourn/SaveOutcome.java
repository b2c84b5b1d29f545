package io.sojourn;

/** What became of a session that was to be saved. All of these are ordinary; what is wrong is thrown. */
public enum SaveOutcome {

    /** The session is stored as this request left it, merged with what others saved in between. */
    SAVED,

    /** There was nothing to save: nothing changed, or a new session is still empty, or it is one that is never stored. */
    UNCHANGED,

    /** The session was revoked or expired in the meantime. Nothing was written and it does not come back. */
    GONE,

    /**
     * The session got a new secret in the meantime, and this request wanted to give it one as well. Since it could do so
     * only by a secret that opens nothing any more, nothing of it was written. So it is with a
     * {@linkplain SessionManager#create(SessionToken) chosen token} that does not open the session that has its id.
     */
    SUPERSEDED,

    /**
     * The principal who was to sign in has as many sessions as allowed, and the newest gives way
     * ({@link LimitPolicy#REFUSE_NEW}). Nothing was written, and the session is as it was before this request.
     */
    LIMIT_REACHED
}
