package io.sojourn.admin;

import java.time.Instant;

/**
 * A principal who is signed in.
 *
 * @param principal as the application gave it; escape it where it is shown
 * @param sessions how many sessions
 * @param estimated whether the number is that of the index alone, which may name sessions that have ended
 * @param lastAccessedAt when one of the first thousand of these sessions was last used
 */
public record SignedInPrincipal(String principal, long sessions, boolean estimated, Instant lastAccessedAt) {

    /** One line; the principal is escaped and cut. */
    @Override
    public String toString() {
        return PrintedText.name(principal) + " " + (estimated ? "about " : "") + sessions + " " + lastAccessedAt;
    }
}
