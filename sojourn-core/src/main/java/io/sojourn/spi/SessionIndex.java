package io.sojourn.spi;

import io.sojourn.SessionId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link SessionStore} that finds sessions by whom they belong to. An index knows ids and times, never what
 * a session holds; it and the session are two things that no operation changes together, since on a cluster they may lie on
 * two servers. So whoever writes a session enters it first: the index may name a session that is not there, and it never
 * misses one that is.
 *
 * <p>A member leaves by itself when its time to live has run out. All members of one value, and all that is remembered of
 * them, end together with the last one. Times are told as durations and measured by the store's own clock, in whole
 * milliseconds. As to atomicity, blocking and failures, what {@link SessionStore} says holds here as well.
 */
public interface SessionIndex {

    /** For how long the write of a session that was entered may still be on its way: 2 minutes. */
    Duration PENDING = Duration.ofMinutes(2);

    /** For how long it is known that a value was revoked, and so how old a binding may be: 1 hour. */
    Duration REVOCATION_KNOWN = Duration.ofHours(1);

    /** How many sessions are marked at a time: {@value}. */
    int MARK_AT_MOST = 1_000;

    /**
     * Enters a session. One that is there stays, for the longer of both times to live. With a binding the entry is pending
     * for a while, even if the session was there, and
     *
     * <ul>
     *   <li>{@code Revoked} is the answer, and nothing changes, if the session is marked (without a binding, too), if the
     *       value was marked with {@link #mark} after the binding had begun, or if the binding is older than
     *       {@link #REVOCATION_KNOWN};
     *   <li>{@code Full}, and nothing changes, if without this session as many as the limit are there, marked ones not
     *       counted, and no room is to be made;
     *   <li>otherwise, if room is to be made, so many are marked that with this session as many as the limit are left.
     * </ul>
     */
    CompletionStage<EntryResult> enter(IndexEntry entry);

    /** All sessions in the index, marked ones too; those that end soonest first. */
    CompletionStage<List<IndexMember>> members(IndexKey key);

    /**
     * Marks sessions for their end, those that end soonest first, at most {@link #MARK_AT_MOST} at a time, and gives all
     * that are marked now: it is for the caller to end them, and to call again until none is left. Bindings that have begun
     * before this are refused from now on. What is marked stays a member until it leaves, and cannot be entered again.
     *
     * @param except a session to leave alone
     */
    CompletionStage<List<IndexMember>> mark(IndexKey key, @Nullable SessionId except);

    /**
     * Takes sessions out of the index.
     *
     * @param ended whether they are known to exist no more and never again. If not, only those leave that are neither
     *     pending nor marked: the caller has seen that they are gone or have another value, but a write may be on its way.
     */
    CompletionStage<Boolean> leave(IndexKey key, Collection<SessionId> ids, boolean ended);
}
