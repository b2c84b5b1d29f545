package io.sojourn.spi.ends;

import java.time.Duration;

/**
 * A session whose due time has passed, and the claim on it.
 *
 * @param claim the claim that the caller has now
 * @param lag how long ago the session was due, by the store's clock
 * @param handedOn whether another claim on it had not been settled when its lease ended
 * @param missing whether it was handed back as missing before
 */
public record DueSession(EndClaim claim, Duration lag, boolean handedOn, boolean missing) {}
