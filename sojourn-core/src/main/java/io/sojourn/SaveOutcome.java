package io.sojourn;

/** What became of a session that was to be saved. All of these are ordinary; what is wrong is thrown. */
public enum SaveOutcome {

    /**
     * The session is stored as this request left it, merged with what others saved in between. If another request has signed a
     * user in meanwhile, only the attributes of this request are stored. Its limits, indexes and labels are dropped.
     */
    SAVED,

    /** There was nothing to save: nothing changed, or a new session is still empty, or it is one that is never stored. */
    UNCHANGED,

    /** The session was revoked or expired in the meantime. Nothing was written and it does not come back. */
    GONE,

    /**
     * Another request was faster: it has replaced the session's secret in the meantime, and nothing of this request was written: because it
     * wanted to replace the secret as well, because it changed nothing but time limits, indexes or labels, because the secret was
     * replaced longer than {@link SessionSettings#SUPERSEDED_FOR} ago, or because {@link SessionSettings#mergeAcrossSignIn} is
     * off. So it is with a {@linkplain SessionManager#create(SessionToken) chosen token} that does not open the session that has
     * its id. A sign-in is never refused so: it makes a new session.
     */
    OVERTAKEN,

    /**
     * The principal who was to sign in has as many sessions as allowed, and the newest gives way
     * ({@link LimitPolicy#REFUSE_NEW}). Nothing was written, and the session is as it was before this request.
     */
    LIMIT_REACHED
}
