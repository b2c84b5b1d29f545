package io.sojourn.spi;

import java.time.Instant;
import java.util.Map;

/**
 * What a store holds under one id.
 *
 * @param revision the revision of the last write; never 0
 * @param touchedAt when the session was last written or touched, by the clock of who did it, in whole milliseconds
 * @param parts the parts by name, as they were last put; at least one
 */
public record StoredSession(long revision, Instant touchedAt, Map<String, byte[]> parts) {}
