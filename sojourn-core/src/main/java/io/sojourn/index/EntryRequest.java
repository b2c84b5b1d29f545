package io.sojourn.index;

import io.sojourn.SessionId;
import io.sojourn.record.EventTime;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session that is to be entered in an index. It may be sent several times; how old the binding is, is measured each time.
 *
 * @param timeToLive null if the session has no end
 * @param since when the session was given the value; null if it has it already and only lives on
 * @param limit how many sessions may have the value; 0 for any number
 */
public record EntryRequest(
        IndexKey key,
        SessionId id,
        @Nullable Duration timeToLive,
        @Nullable EventTime since,
        int limit) {

    /**
     * @param age how old the binding is at this moment
     * @param known the last revocation that it knew
     */
    IndexEntry entry(Duration age, long known, boolean makeRoom) {
        return new IndexEntry(
                key, id, timeToLive, since == null ? null : new Binding(age, known, limit, limit > 0 && makeRoom));
    }
}
