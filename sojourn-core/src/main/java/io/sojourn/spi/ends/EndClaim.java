package io.sojourn.spi.ends;

import io.sojourn.SessionId;

/**
 * The right to deal with the end of one session, until its lease has passed or another node has taken it over.
 *
 * @param id the session
 * @param proof what the store knows this claim by; it changes with each claim
 */
public record EndClaim(SessionId id, String proof) {}
