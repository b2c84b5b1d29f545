package io.sojourn.spi;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.ends.DueSessions;
import io.sojourn.spi.ends.EndClaim;
import io.sojourn.spi.ends.PastEnd;
import io.sojourn.spi.ends.SharedEnds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link SessionStore} that remembers when sessions may end, and keeps what an ended session held until its end has
 * been told. A store need not have it, see {@link SessionStore#ends()}.
 *
 * <p><b>Due times.</b> Each session has an entry with a due time in one of {@value #SHARDS} shards. It is made when the session is
 * created, and not changed when the session is used. A node that {@linkplain #claim claims} a due entry looks at the session, and
 * gives the entry its next due time if the session lives. An entry that no node has claimed for {@link #FORGOTTEN} may be dropped when
 * others are made, so that the shards stay bounded if no node listens. A claim is leased: once its lease has passed by the store's clock, another
 * node gets the entry. Operations with a claim change nothing if the claim is not the last one on this entry.
 *
 * <p><b>Copies.</b> A session's TTL is exact, so there is nothing left to read once it has ended. Therefore a {@link #look} within
 * the last {@link #LEAD} of a session's life copies it. Whatever changes or prolongs the session later makes it live longer, so the
 * next look copies it again, or finds it alive. A session that is ended on purpose with {@link #end} becomes such a copy itself. No
 * operation of {@link SessionStore} ever reads a copy. A copy stays until the end was told.
 * If that does not happen, it stays for {@link #KEEP} after the session's TTL would have run out, also if the session was ended earlier;
 * a look at it after the end makes that {@link #KEEP} from then on.
 *
 * <p>What {@link SessionStore} says of atomicity, blocking and failures holds here as well.
 */
public interface SessionEnds {

    /** How many shards there are: {@value}. */
    int SHARDS = 16;

    /** How long before its end a session is copied: 5 minutes. */
    Duration LEAD = Duration.ofMinutes(5);

    /** How long what is left of a session is kept after its TTL would have run out, and after its end was told: 1 hour. */
    Duration KEEP = Duration.ofHours(1);

    /** For how long a copy stays after its end was told, if other nodes are to read it: 2 minutes. */
    Duration COPY_STAYS = Duration.ofMinutes(2);

    /** How overdue an entry is that the store may drop, because no node asks for what is due: 1 day. */
    Duration FORGOTTEN = Duration.ofDays(1);

    /** The shard that has the entry of this session. */
    static int shard(SessionId id) {
        return Math.floorMod(id.toString().hashCode(), SHARDS);
    }

    /** When to look at a session that has so much time left: before its end, so that it can be copied. */
    static Duration due(Duration left) {
        Duration half = left.dividedBy(2);
        return left.minus(half.compareTo(LEAD) < 0 ? half : LEAD);
    }

    /** Whether an entry that was asked for before a write of the session is made before it, even if the caller did not wait. */
    boolean isOrdered();

    /** Enters a session, or gives its entry another due time; claims on it end. */
    CompletionStage<Boolean> enter(SessionId id, Duration due);

    /**
     * Claims the entry of a session even if another node has claimed it, because the session is about to be ended; empty if there is no entry. With
     * a lease of zero the entry is due at once.
     */
    CompletionStage<Optional<EndClaim>> takeOver(SessionId id, Duration lease);

    /**
     * Claims sessions that are due.
     *
     * @param shard 0 to {@link #SHARDS} - 1
     * @param count how many at most
     */
    default CompletionStage<DueSessions> claim(int shard, int count, Duration lease) {
        return claim(shard, count, lease, Duration.ZERO);
    }

    /**
     * As {@link #claim(int, int, Duration)}, but only sessions that have been due for a while.
     *
     * @param overdue for how long at least
     */
    CompletionStage<DueSessions> claim(int shard, int count, Duration lease, Duration overdue);

    /** Prolongs the lease; gives the claim that is to be used from now on, or nothing if this one is not the last. */
    CompletionStage<Optional<EndClaim>> extend(EndClaim claim, Duration lease);

    /**
     * Gives the entry its next due time, and the claim back.
     *
     * @param missing whether the session was found {@link State.Missing}
     */
    CompletionStage<Boolean> handBack(EndClaim claim, Duration due, boolean missing);

    /** Removes the entry. */
    CompletionStage<Boolean> remove(EndClaim claim);

    /** Looks whether a session lives, and copies it if it ends soon. */
    CompletionStage<State> look(SessionId id);

    /**
     * As {@link SessionStore#delete(SessionId, long)}, but keeps a copy with the cause.
     *
     * @param cause any text; a {@link State.Ended} gives it back
     * @param revision the revision that was seen, or {@link SessionWrite#ABSENT} for any
     * @param forbids whether to leave a tombstone if there is no session, as {@link SessionStore#tombstone} does
     */
    CompletionStage<CommitResult> end(SessionId id, long revision, String cause, boolean forbids);

    /**
     * Notes what is to be remembered of a session for {@link #KEEP}. From then on a look finds that its end was told.
     *
     * @param node the name of the node that has ended the session, or else of this one, if every node is to read of this end with {@link
     *     #shared}. Then this is there before the note, and the copy can still be read with {@link #kept} for {@link #COPY_STAYS}. Empty if
     *     every node can read of this end already, see {@link #share}: then the copy can still be read as well. If null, the copy is removed
     */
    CompletionStage<Boolean> told(SessionId id, PastEnd end, @Nullable String node);

    /**
     * Lets every node read of an end with {@link #shared}, although it is not to be noted as told yet. If it failed, and
     * is called again with the same id and time, there is one such end all the same; the same holds for {@link #told}.
     *
     * @param node the name of the node that has ended the session, or else of this one
     * @param cause the cause that a {@linkplain State.Ended look} at the copy gives from now on: what it gave before, and words that are added. A
     *     copy with another cause, or of a session that lives, is of another end, and keeps what it has
     * @return whether the store has done so; this one cannot, unless overridden
     */
    default CompletionStage<Boolean> share(SessionId id, PastEnd end, String node, String cause) {
        return CompletableFuture.completedFuture(false);
    }

    /**
     * Notes that a node has listeners that are told on one node, so that nodes which have none leave ends to it. Does nothing unless
     * overridden.
     *
     * @param node the name of the node
     * @param stays for how long this holds, in a store of Redis for five minutes at most; zero if the node has no such listener any more
     */
    default CompletionStage<Boolean> listens(String node, Duration stays) {
        return CompletableFuture.completedFuture(false);
    }

    /** Whether a node {@linkplain #listens has} listeners that are told on one node. False unless overridden. */
    default CompletionStage<Boolean> isListened() {
        return CompletableFuture.completedFuture(false);
    }

    /** The copy of a session, whether its end was told or not; empty if there is none. */
    CompletionStage<Optional<StoredSession>> kept(SessionId id);

    /**
     * The ends that were told on any node after a position. Every reader has its own position, so each reads of all ends. The store
     * bounds how many it keeps and for how long. A reader that falls behind misses those that were dropped, and is told how many. If the store has lost the
     * last ones, as in a failover, some may be read again, with the same time.
     *
     * @param after the position that the last call gave; null for none, which gives the present position and no ends
     * @param count how many at most; there may be more if so many were given
     */
    CompletionStage<SharedEnds> shared(@Nullable String after, int count);

    /** What is remembered of a session whose end was told. */
    CompletionStage<Optional<PastEnd>> past(SessionId id);

    /**
     * As {@link #past}, but sends nothing: what the store knows because the last load of the session, a moment ago, has found it in
     * place of the session.
     */
    default Optional<PastEnd> noticed(SessionId id) {
        return Optional.empty();
    }

    /** What a {@linkplain #look look} at a session that may have ended has found. */
    sealed interface State {

        /**
         * The session lives, and will for longer than {@link #LEAD}.
         *
         * @param left its TTL; null if it has none
         */
        record Lives(@Nullable Duration left) implements State {}

        /**
         * The session lives and ends soon; there is a copy of its present state.
         *
         * @param left its TTL
         * @param changed whether the copy was made just now, because there was none or the session was used since the last look
         */
        record Ending(Duration left, boolean changed) implements State {}

        /**
         * The session has ended, and its end has not been told.
         *
         * @param last its last state
         * @param cause what {@link #end} was given; null if its time ran out
         * @param tries how often it was looked at since it ended, this time included
         */
        record Ended(StoredSession last, @Nullable String cause, int tries) implements State {}

        /**
         * The session has ended, its end has not been told, and this node cannot read what it held.
         *
         * @param why why not
         * @param cause what {@link #end} or {@link #share} was given; null if neither was
         * @param tries how often it was looked at since it ended, this time included
         */
        record Unreadable(
                UnreadableSessionException why, @Nullable String cause, int tries) implements State {}

        /** The session has ended, and its end has been told. */
        record Told() implements State {}

        /** There is neither a session nor anything that was kept of it. */
        record Missing() implements State {}
    }
}
