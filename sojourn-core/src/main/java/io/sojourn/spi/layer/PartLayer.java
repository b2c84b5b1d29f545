package io.sojourn.spi.layer;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LayeredStore} turns the parts of sessions into another form and back. Called from several threads at once.
 *
 * @param <L> the layout, what must be known of a stored session to write to it: immutable, and small
 */
public interface PartLayer<L> {

    /**
     * A stored session as it is for those above.
     *
     * @param parts the parts by their own names
     * @param layout what to know for the next write
     */
    record Opened<L>(Map<String, byte[]> parts, L layout) {}

    /**
     * A write as it is for the store beneath.
     *
     * @param write of the same id, revisions and times as the one from above
     * @param layout what to know when it was applied
     */
    record Laid<L>(SessionWrite write, L layout) {}

    /**
     * Reads what lies in the store beneath.
     *
     * @throws UnreadableSessionException if this layer did not write it, or not so
     */
    Opened<L> open(SessionId id, StoredSession stored);

    /**
     * Says how to write something.
     *
     * @param before the layout of the session at the expected revision; null if the write creates one
     */
    Laid<L> lay(SessionWrite write, @Nullable L before);

    /**
     * The parts that should be written anew with the next write, for they are not in the form that this layer writes. By
     * default none. If there are some that the next write would leave alone, it costs a load more, once.
     */
    default Set<String> outdated(L layout) {
        return Set.of();
    }
}
