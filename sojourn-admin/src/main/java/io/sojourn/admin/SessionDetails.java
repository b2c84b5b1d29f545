package io.sojourn.admin;

import io.sojourn.SessionInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is told of one session. There is no secret in it, and no verifier of one.
 *
 * @param info times, principal and labels
 * @param idleTimeout how long it may lie unused; empty for ever
 * @param deadline when it ends however much it is used; empty for never
 * @param remembered whether it was given longer limits ("remember me")
 * @param rotations how often its secret was replaced
 * @param indexes the values under which it is found, by the index's name; the principal is not among them
 * @param timeToLive the TTL of its key; empty if it has none, or the user has no right to ask
 * @param memory how many bytes it takes in Redis; empty if the user has no right to ask
 * @param attributes in the order in which they were first set
 */
public record SessionDetails(
        SessionInfo info,
        Optional<Duration> idleTimeout,
        Optional<Instant> deadline,
        boolean remembered,
        long rotations,
        Map<String, String> indexes,
        Optional<Duration> timeToLive,
        Optional<Long> memory,
        List<AttributeDetails> attributes) {

    /** One line; names that users may have typed are escaped and cut. */
    @Override
    public String toString() {
        return PrintedText.of(info) + " indexes " + PrintedText.of(indexes) + " attributes " + attributes;
    }
}
