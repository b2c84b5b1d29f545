package io.sojourn.format;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows of itself, apart from its attributes. Times are milliseconds since the epoch, spans are
 * milliseconds.
 *
 * @param createdAt when the session was made
 * @param idleTimeout how long it may lie unused; {@link #NONE} for ever
 * @param deadline when it ends whatever happens; {@link #NONE} never
 * @param verifier SHA-256 of the secret that opens it; not to be changed
 * @param rotations how often the secret was replaced
 * @param replaced the verifiers that were replaced last, newest first
 * @param principal who is signed in, if anybody
 * @param details fields that were added later: time of the sign-in, indexes, labels, remembered, grace, requested rotations
 * @param unknown entries that a newer version wrote, key and value each, kept as they are
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole; a copy for each look would be waste.
public record Header(
        long createdAt,
        long idleTimeout,
        long deadline,
        byte[] verifier,
        long rotations,
        List<ReplacedVerifier> replaced,
        @Nullable String principal,
        HeaderDetails details,
        List<byte[]> unknown) {

    /** In place of a time or a span: there is none. */
    public static final long NONE = 0;

    /**
     * How many replaced verifiers are kept at most. Those that were replaced more than 30 s ago are forgotten, but for the
     * newest, so there are rarely more than two.
     */
    public static final int MAX_REPLACED = 16;

    /** How many of them may still open the session, because their successors were not seen. */
    public static final int MAX_GRACED = 4;

    /** The header of a new session. */
    public static Header create(long createdAt, long idleTimeout, long deadline, byte[] verifier) {
        return new Header(
                createdAt, idleTimeout, deadline, verifier, 0, List.of(), null, HeaderDetails.NONE, List.of());
    }

    /** When the secret that is in force became so, in milliseconds since the epoch. */
    public long secretSince() {
        return replaced.isEmpty()
                ? createdAt
                : Math.max(createdAt, replaced.get(0).atMillis());
    }

    /** How many of the replaced verifiers still open the session, the newest first. */
    public int graced(long nowMillis) {
        Grace grace = details.grace();
        return grace != null && grace.rotations() == rotations && nowMillis < grace.untilMillis()
                ? Math.min(grace.verifiers(), replaced.size())
                : 0;
    }

    /** With another secret; the one so far becomes the newest of those that were replaced. */
    public Header rotate(byte[] newVerifier, long nowMillis) {
        List<ReplacedVerifier> newReplaced = new ArrayList<>(MAX_REPLACED);
        newReplaced.add(new ReplacedVerifier(verifier, nowMillis));
        newReplaced.addAll(replaced.subList(0, Math.min(replaced.size(), MAX_REPLACED - 1)));
        return new Header(
                createdAt,
                idleTimeout,
                deadline,
                newVerifier,
                rotations + 1,
                List.copyOf(newReplaced),
                principal,
                details.withGrace(null),
                unknown);
    }

    /** As {@link #rotate}, because the application asked for it, and not for the secret's age. */
    public Header rotateOnRequest(byte[] newVerifier, long nowMillis) {
        Header rotated = rotate(newVerifier, nowMillis);
        return rotated.withDetails(
                rotated.details().withRequested(details.requested().plus(nowMillis)));
    }

    /**
     * As {@link #rotate}, but the secret so far still opens the session for a while; and so do those that still did, for it may
     * be one of them that the client holds.
     */
    public Header rotateWithGrace(byte[] newVerifier, long nowMillis, long graceMillis) {
        Header rotated = rotate(newVerifier, nowMillis);
        if (graceMillis == 0) {
            return rotated;
        }
        int graced = graced(nowMillis);
        Grace before = details.grace();
        long until = nowMillis + graceMillis;
        if (graced == 0 || before == null) {
            return rotated.withDetails(rotated.details().withGrace(new Grace(rotated.rotations(), until, 1)));
        }
        List<ReplacedVerifier> kept = new ArrayList<>(replaced.subList(0, graced));
        kept.add(0, new ReplacedVerifier(verifier, nowMillis));
        if (kept.size() > MAX_GRACED) {
            kept.remove(1); // Never seen. The oldest is the one that was.
        }
        Grace grace = new Grace(rotated.rotations(), Math.max(until, before.untilMillis()), kept.size());
        return rotated.withReplaced(List.copyOf(kept))
                .withDetails(rotated.details().withGrace(grace));
    }

    /** The newest secret has been seen: those before it open the session for that long after the rotation, and no longer. */
    public Header endGrace(long graceMillis) {
        Grace grace = details.grace();
        return grace == null
                ? this
                : withDetails(details.withGrace(new Grace(
                        grace.rotations(),
                        Math.min(grace.untilMillis(), secretSince() + graceMillis),
                        grace.verifiers())));
    }

    /** Whether the grace lasts longer than that after the rotation, because the newest secret has not been seen. */
    public boolean isUnseen(long nowMillis, long graceMillis) {
        Grace grace = details.grace();
        return grace != null && graced(nowMillis) > 0 && grace.untilMillis() > secretSince() + graceMillis;
    }

    /**
     * Without the replaced verifiers that are older than that, but for the newest: it lets a much later use of an old
     * secret be told from a guess.
     */
    public Header forgetReplacedBefore(long millis) {
        int keep = replaced.size();
        Grace grace = details.grace();
        int least = grace == null || grace.rotations() != rotations ? 1 : Math.max(1, grace.verifiers());
        while (keep > least && replaced.get(keep - 1).atMillis() < millis) {
            keep--;
        }
        return keep == replaced.size() ? this : withReplaced(replaced.subList(0, keep));
    }

    public Header withReplaced(List<ReplacedVerifier> newReplaced) {
        return new Header(
                createdAt, idleTimeout, deadline, verifier, rotations, newReplaced, principal, details, unknown);
    }

    public Header withCreatedAt(long millis) {
        return new Header(millis, idleTimeout, deadline, verifier, rotations, replaced, principal, details, unknown);
    }

    public Header withIdleTimeout(long millis) {
        return new Header(createdAt, millis, deadline, verifier, rotations, replaced, principal, details, unknown);
    }

    public Header withPrincipal(@Nullable String newPrincipal) {
        return new Header(
                createdAt, idleTimeout, deadline, verifier, rotations, replaced, newPrincipal, details, unknown);
    }

    public Header withDeadline(long millis) {
        return new Header(createdAt, idleTimeout, millis, verifier, rotations, replaced, principal, details, unknown);
    }

    public Header withDetails(HeaderDetails newDetails) {
        return new Header(
                createdAt, idleTimeout, deadline, verifier, rotations, replaced, principal, newDetails, unknown);
    }

    /** Rounded up, since zero would mean for ever. */
    public static long wholeMillis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }
}
