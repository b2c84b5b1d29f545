package io.sojourn.engine;

import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.context.EngineContext;
import io.sojourn.format.Header;
import io.sojourn.format.RequestedRotations;

/**
 * What a request may still write to a newer record. The request was let in by its token; since then another request may have
 * replaced the secret, most often because a user has signed in. The holder of the old token need not be that user: an attacker
 * can plant a cookie before the sign-in and keep a request open.
 */
enum MergeCheck {

    /** All changes: the token still opens the session, or its secret was only renewed for its age. */
    ALL,

    /**
     * Attributes only: the secret was replaced a moment ago, as it happens to honest parallel requests. Time limits, indexes and
     * labels are part of the sign-in and stay as the sign-in left them.
     */
    ATTRIBUTES,

    /** Nothing: the secret was replaced longer than {@link SessionSettings#SUPERSEDED_FOR} ago, or {@code mergeAcrossSignIn} is off. */
    NOTHING;

    /**
     * @param letIn the header that the request was let in by
     * @param current the header that is stored now
     */
    static MergeCheck of(EngineContext context, SessionToken token, Header letIn, Header current) {
        long now = context.now();
        TokenCheck check = TokenCheck.of(token, current, now);
        RequestedRotations rotations = current.details().requested();
        long since = rotations.count() - letIn.details().requested().count();
        // If a session is created anew under its old token, its count starts again, so the time of the rotation is
        // compared, too.
        if (check.opens() || rotations.equals(letIn.details().requested())) {
            return ALL;
        }
        if (!context.settings().mergeAcrossSignIn()) {
            return NOTHING;
        }
        boolean justNow = check == TokenCheck.SUPERSEDED
                || (since == 1 && Math.abs(now - rotations.lastAtMillis()) < SessionSettings.SUPERSEDED_FOR.toMillis());
        return justNow ? ATTRIBUTES : NOTHING;
    }
}
