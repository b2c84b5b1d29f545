package io.sojourn;

import io.sojourn.format.Header;
import io.sojourn.format.Superseded;
import org.jspecify.annotations.Nullable;

/** What a token opens, given the header that is stored under its id. Verifiers are compared in constant time. */
enum TokenCheck {

    /** The token's secret is in force: it opens the session. */
    CURRENT,

    /** The secret was renewed for its age a moment ago, and still opens the session ({@link SessionSettings#renewalGrace}). */
    IN_GRACE,

    /** The secret was replaced less than {@link SessionSettings#SUPERSEDED_FOR} ago; it opens nothing. */
    SUPERSEDED,

    /** The secret was replaced longer ago than that; it opens nothing. */
    OUTDATED,

    /** The header knows of no such secret; it opens nothing. */
    UNKNOWN;

    static TokenCheck of(SessionToken token, Header header, long now) {
        byte[] shown = token.verifier();
        boolean isCurrent = SessionToken.same(shown, header.verifier());
        Superseded replaced = replaced(shown, header);
        if (isCurrent) {
            return CURRENT;
        }
        if (replaced == null) {
            return UNKNOWN;
        }
        if (!isRecent(replaced, now)) {
            return OUTDATED;
        }
        // A grace never lasts longer than that, unless the clock of the node that granted it is far ahead.
        return header.isInGrace(now)
                        && SessionToken.same(shown, header.superseded().get(0).verifier())
                ? IN_GRACE
                : SUPERSEDED;
    }

    /** Whether the token opens the session. */
    boolean opens() {
        return this == CURRENT || this == IN_GRACE;
    }

    /** Whether the token opens the session, or did until a moment ago. */
    boolean openedRecently() {
        return opens() || this == SUPERSEDED;
    }

    /** In both directions, since the clock of the node that rotated may be ahead. */
    private static boolean isRecent(Superseded replaced, long now) {
        return Math.abs(now - replaced.atMillis()) < SessionSettings.SUPERSEDED_FOR.toMillis();
    }

    /** The replaced verifier of this secret. Takes the same time wherever in the list it is. */
    private static @Nullable Superseded replaced(byte[] shown, Header header) {
        Superseded found = null;
        for (Superseded one : header.superseded()) {
            found = SessionToken.same(shown, one.verifier()) ? one : found;
        }
        return found;
    }
}
