package io.sojourn.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some members of an index.
 *
 * @param members those that are not marked, the oldest binding first
 * @param next where to go on; null if there are no more
 * @param marked some marked members, at most {@link SessionIndex#GIVEN_AT_MOST}, whatever the page: a revocation that was
 *     cut short has left them to whoever comes next
 */
public record IndexPage(List<IndexMember> members, @Nullable IndexCursor next, List<IndexMember> marked) {

    /** Nothing. */
    public static final IndexPage EMPTY = new IndexPage(List.of(), null, List.of());
}
