package io.sojourn.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an {@link IndexEntry}. */
public sealed interface EntryResult {

    /**
     * The session is in the index.
     *
     * @param revocation the last {@linkplain SessionIndex#mark revocation} of the value; 0 if none is known
     * @param revokedAgo how long before this it happened; null if none is known. The request took its time to get here: the
     *     binding may have begun earlier than its age says, and so before the revocation
     * @param marked if the entry had a limit, the members that it marked and some others that are marked already: the caller
     *     has to end them before it writes the session. If it marked some, it is told of one other, since most of those are
     *     being ended by the entries that marked them; otherwise of up to {@link SessionIndex#TOLD_AT_MOST}
     */
    record Entered(long revocation, @Nullable Duration revokedAgo, List<IndexMember> marked) implements EntryResult {}

    /**
     * The session is not in the index, since as many are there already as the limit says.
     *
     * @param soonest those that end soonest, at most {@link SessionIndex#TOLD_AT_MOST}, marked ones left out: if some are gone
     *     already, they are most likely among these
     */
    record Full(List<IndexMember> soonest) implements EntryResult {}

    /** The session is not in the index: it is marked for its end, or the value was revoked after the binding had begun. */
    record Revoked() implements EntryResult {}

    /** {@link Entered} where nothing was revoked and no session is to end. */
    EntryResult ENTERED = new Entered(0, null, List.of());

    /** {@link Revoked}; there is nothing to tell two of them apart. */
    EntryResult REVOKED = new Revoked();
}
