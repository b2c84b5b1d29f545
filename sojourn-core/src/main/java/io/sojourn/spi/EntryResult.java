package io.sojourn.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an {@link IndexEntry}. */
public sealed interface EntryResult {

    /**
     * The session is in the index.
     *
     * @param revokedAgo how long before this the value was {@linkplain SessionIndex#mark marked} last; null if that is not
     *     known, or the entry had no binding. The request took its time to get here: the binding may have begun earlier than
     *     its age says, and so before that.
     * @param marked the sessions that are marked for their end, if the entry had a limit: it is for the caller to end them
     */
    record Entered(@Nullable Duration revokedAgo, List<IndexMember> marked) implements EntryResult {}

    /**
     * It is not, since there are as many already as there may be.
     *
     * @param members all of them
     */
    record Full(List<IndexMember> members) implements EntryResult {}

    /** It is not: it is marked for its end, or the value was revoked after the binding had begun. */
    record Revoked() implements EntryResult {}

    /** {@link Entered} where nothing was revoked and nobody is to end. */
    EntryResult ENTERED = new Entered(null, List.of());

    /** {@link Revoked}; there is nothing to tell two of them apart. */
    EntryResult REVOKED = new Revoked();
}
