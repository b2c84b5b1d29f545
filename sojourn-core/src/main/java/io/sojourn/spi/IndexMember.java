package io.sojourn.spi;

import io.sojourn.SessionId;

/**
 * A session in an index.
 *
 * @param id the session
 * @param pending whether it was entered less than {@link SessionIndex#PENDING} ago, so that its own write may still be on
 *     its way
 * @param marked whether it is marked for its end
 */
public record IndexMember(SessionId id, boolean pending, boolean marked) {}
