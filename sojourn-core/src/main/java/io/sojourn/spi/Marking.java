package io.sojourn.spi;

import java.util.List;

/**
 * What {@link SessionIndex#mark} did.
 *
 * @param revocation names this revocation and no other of this or another store: greater than 0, and than that of every earlier
 *     revocation of this value
 * @param exceptIsMember whether the session that is left alone is a member and was not marked before
 * @param marked the first of the marked members, at most {@link SessionIndex#GIVEN_AT_MOST}
 */
public record Marking(long revocation, boolean exceptIsMember, List<IndexMember> marked) {}
