package io.sojourn.spi.ends;

import io.sojourn.SessionId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends that were told on any node, as every node reads them.
 *
 * @param position from where to read next
 * @param ends those that were read, the oldest first
 * @param missed how many ends the store had dropped before this reader asked for them
 */
public record SharedEnds(String position, List<End> ends, long missed) {

    /** Ends of which none was missed. */
    public SharedEnds(String position, List<End> ends) {
        this(position, ends, 0);
    }

    /**
     * An end that was told.
     *
     * @param cause why the session ended
     * @param node the name that {@code SessionEnds.told} was given
     * @param at when the end was told; null if that is not known. An end that comes again with the same time is the same one, because
     *     its note was retried after a lost answer
     */
    public record End(
            SessionId id,
            String cause,
            String node,
            @Nullable Instant at) {}
}
