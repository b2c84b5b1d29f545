package io.sojourn.histories;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a history.
 *
 * @param what in words: the calls that contradict each other
 * @param loss the failover or flush of the same record that explains it; null if none does
 */
public record HistoryFinding(
        HistoryFault fault, String what, @Nullable Loss loss) {

    /** The failover or flush that explains it. */
    public Optional<Loss> explanation() {
        return Optional.ofNullable(loss);
    }

    /** Whether nothing in the record explains it. */
    public boolean isUnexplained() {
        return loss == null;
    }
}
