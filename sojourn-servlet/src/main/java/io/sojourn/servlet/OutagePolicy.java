package io.sojourn.servlet;

/** What a request gets that asks for its session while the store is out of reach. Others never notice. */
public enum OutagePolicy {

    /**
     * 503 with {@code Retry-After: 1}; the default. The application sees a
     * {@link io.sojourn.StoreUnavailableException} from the call that asked, and may answer in its own way.
     */
    UNAVAILABLE,

    /**
     * The request reads its session from the last copy that the store has of it, if it keeps any and was told to show old
     * ones (a near cache with {@code staleWhileDown}), and gets 503 as by {@link #UNAVAILABLE} if there is none, or when
     * anything of it has to be saved. What was changed or ended on other nodes in that time is not known; a session past its
     * absolute deadline, or one that was ended on this node, is not read.
     */
    READ_ONLY,

    /**
     * The request goes on as if the client had no session; one that it makes lives for this request only, and no cookie is
     * set or cleared. For pages that are worth something to strangers: everybody looks signed out, and changes to a session
     * that had been loaded before are lost. What must not be pretended still fails with 503: {@code HttpSession.invalidate()},
     * and in Spring applications a sign-in that {@link io.sojourn.LimitPolicy#REFUSE_NEW} may refuse, since nothing counts the
     * user's sessions.
     */
    WITHOUT_SESSION
}
