package io.sojourn.spi;

import io.sojourn.SessionId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link SessionStore} that finds sessions by a value that they share, such as their principal. An index knows
 * ids and times and never what a session holds. The index and the session are two things that no operation changes together,
 * since on a cluster they may lie on two servers. So the session is entered first and written afterwards: an index may name
 * a session that is not there, and it never misses one that is.
 *
 * <p>A session is <em>bound</em> to a value when it gets the value, for example when its user signs in. A member is
 * <em>pending</em> for a while after it was bound to the value: its own write may still be on its way. It is
 * <em>marked</em> if it is to be ended; then it cannot be entered again, and stays a member until it {@linkplain #leave
 * leaves}.
 *
 * <p>A member leaves by itself when its TTL has run out. All members of one value, and all that is remembered of them, end
 * together with the last one. Times cross this interface as durations and are measured by the store's own clock, in
 * microseconds. No operation takes, gives or changes more members at a time than the constants here say, however many there
 * are. What {@link SessionStore} says of atomicity, blocking and failures holds here as well.
 */
public interface SessionIndex {

    /** How long the write of a session may take that was entered: 2 minutes. */
    Duration PENDING = Duration.ofMinutes(2);

    /** How long a revocation is remembered, and so how old a binding may be: 1 hour. */
    Duration REVOCATION_KNOWN = Duration.ofHours(1);

    /** The most members of one {@link IndexPage}: {@value}. */
    int PAGE_AT_MOST = 1_000;

    /** The most members that an entry marks to make room: {@value}. */
    int MARKED_AT_MOST = 100;

    /** The most marked members that a page or a revocation gives: {@value}. So no command on them holds up other users. */
    int GIVEN_AT_MOST = 10;

    /** The most members that an entry tells of, apart from those that it marks: {@value}. */
    int TOLD_AT_MOST = 16;

    /**
     * Enters a session. A session that is a member already stays one for the longer of both TTLs. With a binding the member
     * counts as bound at this moment and is pending for {@link #PENDING}. A new member without a binding counts as bound
     * {@link #PENDING} ago, but after the last revocation. The result is
     *
     * <ul>
     *   <li>{@code Revoked}, and nothing changes, if the session is marked (without a binding, too), if the binding is older
     *       than {@link #REVOCATION_KNOWN}, or if the value was {@linkplain #mark revoked} since the binding began, that is
     *       by a revocation that is not older than the binding and that the binding did not know;
     *   <li>{@code Full}, and nothing changes, if without this session as many sessions as the limit are members, marked ones
     *       not counted, and no room is to be made;
     *   <li>otherwise {@code Entered}. If room is to be made, those that were bound the longest ago are marked, as many as
     *       leave the limit with this session, at most {@link #MARKED_AT_MOST}.
     * </ul>
     */
    CompletionStage<EntryResult> enter(IndexEntry entry);

    /**
     * Members that are not marked, in the order in which they were bound, the oldest first. A session that is a member all
     * the while and not bound again is on one page, and on one only.
     *
     * @param after where the page before ended; null for the first page
     * @param count how many to give at most, 1 to {@link #PAGE_AT_MOST}
     */
    CompletionStage<IndexPage> page(IndexKey key, @Nullable IndexCursor after, int count);

    /**
     * Revokes the value: marks all members at this moment, and refuses bindings that began before it from now on. The caller
     * has to end those that are given, let them {@linkplain #leave leave}, and ask for {@link #marked more}.
     *
     * @param except a session that is not marked; null for none
     */
    CompletionStage<Marking> mark(IndexKey key, @Nullable SessionId except);

    /** Marked members that have not left yet, those that were bound the longest ago first; at most {@link #GIVEN_AT_MOST}. */
    CompletionStage<List<IndexMember>> marked(IndexKey key);

    /**
     * Takes sessions out of the index.
     *
     * @param ids at most {@link #PAGE_AT_MOST}
     * @param ended whether they are known to exist no more and never again. If not, only those leave that are neither
     *     pending nor marked: the caller has seen that they are gone or have another value, but a write may be on its way.
     */
    CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended);
}
