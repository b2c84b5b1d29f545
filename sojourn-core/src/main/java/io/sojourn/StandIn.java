package io.sojourn;

/**
 * Why a session stands in for the one that the client asked for. In each case {@link Session#signIn} makes a real new session
 * of it, with an id and a token of its own.
 */
public enum StandIn {

    /**
     * The client showed a token whose secret was replaced less than {@link SessionSettings#SUPERSEDED_FOR} ago
     * ({@link Lookup.Superseded}). The client probably has the new token already, or will have it in a moment. So the stand-in's
     * own token must not be handed out. It is stored under an id that is derived from the replaced secret: the client's next
     * request with the same token finds it again, so that a login form with a CSRF token works. After {@link Session#rotate}
     * it is not found again, since somebody else may have planted the replaced token.
     */
    REPLACED_TOKEN(false),

    /**
     * Not all tokens that the client showed were looked up, because there were too many, or because the store could not be
     * asked. One of them may open a session, so the stand-in is not stored and no cookie is set for it
     * ({@link SessionManager#createForLeftOutTokens}).
     */
    LEFT_OUT_TOKENS(false),

    /**
     * The token opens nothing: its session has ended or never was. The stand-in is an ordinary new session, but is stored even
     * while it is empty, so that its cookie replaces the one that opens nothing ({@link SessionManager#createForUnknownToken}).
     */
    UNKNOWN_TOKEN(true);

    private final boolean replacesCookie;

    StandIn(boolean replacesCookie) {
        this.replacesCookie = replacesCookie;
    }

    /** Whether the session's token is to be handed to the client. */
    public boolean replacesCookie() {
        return replacesCookie;
    }
}
