package io.sojourn.spi.ends;

import io.sojourn.SessionId;
import java.util.List;

/**
 * Ends that were told on any node, as every node reads them.
 *
 * @param position from where to read next
 * @param ends those that were read, the oldest first
 */
public record SharedEnds(String position, List<End> ends) {

    /**
     * An end that was told.
     *
     * @param cause why the session ended
     * @param node the name that the node which told the end has given itself
     */
    public record End(SessionId id, String cause, String node) {}
}
