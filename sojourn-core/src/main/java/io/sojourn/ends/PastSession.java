package io.sojourn.ends;

import java.time.Instant;

/**
 * What is known of a session that has ended within the last hour.
 *
 * @param cause why it ended
 * @param endedAt when it ended, by the clock of the node that told its end
 */
public record PastSession(EndCause cause, Instant endedAt) {}
