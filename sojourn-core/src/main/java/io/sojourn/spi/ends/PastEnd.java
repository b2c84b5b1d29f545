package io.sojourn.spi.ends;

import java.time.Instant;

/**
 * What is remembered of a session whose end was told.
 *
 * @param cause why it ended
 * @param at when that was told, or a little earlier
 * @param verifier the verifier of its last secret
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
public record PastEnd(String cause, Instant at, byte[] verifier) {}
