package io.sojourn.spi.ends;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node got when it asked a shard for sessions that are due.
 *
 * @param sessions the claimed ones, those first that have been due the longest
 * @param next when the next session of this shard is due, from now on; null if the shard is empty
 */
public record DueSessions(
        List<DueSession> sessions, @Nullable Duration next) {}
