package io.sojourn.engine;

import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.bytes.Sha256;
import io.sojourn.format.Header;
import io.sojourn.format.ReplacedVerifier;

/** What a token opens, given the header that is stored under its id. Verifiers are compared in constant time. */
enum TokenCheck {

    /** The token's secret is in force: it opens the session. */
    CURRENT,

    /**
     * The secret was renewed for its age, and still opens the session: for {@link SessionSettings#renewalGrace}, and until the
     * new one was seen.
     */
    IN_GRACE,

    /** The secret was replaced less than {@link SessionSettings#SUPERSEDED_FOR} ago; it opens nothing. */
    SUPERSEDED,

    /** The secret was replaced longer ago than that; it opens nothing. */
    OUTDATED,

    /** The header knows of no such secret; it opens nothing. */
    UNKNOWN;

    static TokenCheck of(SessionToken token, Header header, long now) {
        if (header.replaced().isEmpty()) {
            return Sha256.isOf(token.reveal(), SessionId.LENGTH, SessionToken.LENGTH, header.verifier())
                    ? CURRENT
                    : UNKNOWN;
        }
        byte[] shown = token.verifier();
        boolean isCurrent = Sha256.same(shown, header.verifier());
        int replaced = replaced(shown, header);
        if (isCurrent) {
            return CURRENT;
        }
        if (replaced < 0) {
            return UNKNOWN;
        }
        // A node whose clock is far ahead grants no longer grace.
        boolean isAhead = header.secretSince() - now >= SessionSettings.SUPERSEDED_FOR.toMillis();
        if (replaced < header.graced(now) && !isAhead) {
            return IN_GRACE;
        }
        return isRecent(header.replaced().get(replaced), now) ? SUPERSEDED : OUTDATED;
    }

    boolean opens() {
        return this == CURRENT || this == IN_GRACE;
    }

    /** Whether the token opens the session, or did until a moment ago. */
    boolean openedRecently() {
        return opens() || this == SUPERSEDED;
    }

    /** In both directions, since the clock of the node that rotated may be ahead. */
    private static boolean isRecent(ReplacedVerifier replaced, long now) {
        return Math.abs(now - replaced.atMillis()) < SessionSettings.SUPERSEDED_FOR.toMillis();
    }

    /** Where in the list the replaced verifier of this secret is; -1 if it is not. Takes the same time wherever it is. */
    private static int replaced(byte[] shown, Header header) {
        int found = -1;
        for (int i = 0; i < header.replaced().size(); i++) {
            found = Sha256.same(shown, header.replaced().get(i).verifier()) ? i : found;
        }
        return found;
    }
}
