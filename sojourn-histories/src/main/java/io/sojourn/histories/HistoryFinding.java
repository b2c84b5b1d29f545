package io.sojourn.histories;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a history.
 *
 * @param what in words: the calls that contradict each other
 * @param failover the failover of the same record that explains it; null if none does
 */
public record HistoryFinding(
        HistoryFault fault, String what, @Nullable Failover failover) {

    /** The failover that explains it. */
    public Optional<Failover> explanation() {
        return Optional.ofNullable(failover);
    }

    /** Whether nothing in the record explains it. */
    public boolean isUnexplained() {
        return failover == null;
    }
}
