package io.sojourn.spi;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.UnreadableSessionException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A compare-and-set store of versioned parts with a time to live. It sees bytes and never asks what they mean. This page
 * is the specification that the published {@code SessionStoreContract} tests.
 *
 * <p><b>What is stored.</b> Under an id lie named parts, the {@linkplain SessionWrite#revision() revision} of the last
 * write and the time of the last write or touch, all of which end together when the time to live runs out. Whatever has
 * ended is as if it had never been there.
 *
 * <p><b>Atomic.</b> Each operation happens at one moment and wholly or not at all, on a store shared by many processes
 * too. Of two writes that expect the same revision at most one is applied.
 *
 * <p><b>Never blocks.</b> Each call returns at once; its stage completes within the store's own deadline, in an
 * unspecified thread. Whoever composes on it must not block in that thread. A stage completes with
 * {@link StoreUnavailableException} when the outcome is unknown or the store is out of reach, and an operation is never
 * silently tried again after its request may have been sent.
 *
 * <p><b>Copies.</b> A store may be told to keep copies, or to ask servers that do. Then {@link #load} may give an earlier state
 * than the present one, if that was changed elsewhere a moment ago; for how long, the store says. Never one from before a write, a touch or a deletion
 * that this very store has answered, nor from before a deletion that it was asked for. All else goes by the present state.
 *
 * <p><b>Finding sessions by whom they belong to</b> is specified in {@link SessionIndex}.
 *
 * <p><b>Arrays</b> are handed over: neither side changes one after it has crossed this interface.
 *
 * <p>Implementations are thread-safe.
 */
public interface SessionStore extends SessionIndex, StoreStatus, AutoCloseable {

    /**
     * The stored parts, their revision, and when they were last touched; empty if there are none or their time is up.
     * Reading changes nothing. Completes with {@link UnreadableSessionException} if what lies there was not written by
     * {@link #commit}.
     */
    CompletionStage<Optional<StoredSession>> load(SessionId id);

    /** As {@link #load}, but asks the store itself even if a copy is at hand: for a caller to whom the copy may be too old. */
    default CompletionStage<Optional<StoredSession>> loadAfresh(SessionId id) {
        return load(id);
    }

    /** Whether {@link #load} may answer with a copy that is older than the last write, such as that of a near cache. */
    default boolean servesCopies() {
        return false;
    }

    /**
     * As {@link #load}, but all parts except this one may be missing: for looking at many sessions, each of which may be large.
     */
    default CompletionStage<Optional<StoredSession>> peek(SessionId id, String part) {
        return load(id);
    }

    /**
     * What was last known of a session, for those who would rather show that while {@link #load} fails than nothing. Empty if
     * the store keeps no copies (as here), was not told to show old ones, or knows that the session was changed or ended
     * since. Asks nobody and never blocks.
     *
     * @throws UnreadableSessionException as {@link #load} fails
     */
    default Optional<StoredSession> lastKnown(SessionId id) {
        return Optional.empty();
    }

    /** Applies a write if the store is in the state that it expects, or tells why it did not and changes nothing. */
    CompletionStage<CommitResult> commit(SessionWrite write);

    /**
     * Sets the time of the last touch and the time to live, if the session is still at the revision that the touch names:
     * a write in between has already done as much, perhaps for another time to live. Tells whether it did.
     */
    CompletionStage<Boolean> touch(SessionTouch touch);

    /**
     * Removes all that lies under the id, except a {@linkplain #tombstone(SessionId) tombstone}: a write that is still under way must
     * not create a session because it was revoked twice. Tells whether there was anything but that.
     */
    CompletionStage<Boolean> delete(SessionId id);

    /**
     * As {@link #delete(SessionId)}, if the session is still at that revision: {@code APPLIED}. A session at another revision is
     * left as it is and answered with {@link CommitResult.Conflict}, one that does not exist with {@code GONE}. So a logout does not end what
     * another user has signed in to in the meantime.
     *
     * @param revision the revision that was seen, never {@link SessionWrite#ABSENT}
     */
    CompletionStage<CommitResult> delete(SessionId id, long revision);

    /**
     * As {@link #delete(SessionId)}; and if there was nothing, leaves a tombstone for the time of {@link SessionIndex#PENDING}: a write
     * that would create a session there changes nothing and is answered with {@code GONE}.
     */
    CompletionStage<Boolean> tombstone(SessionId id);

    /** Remembers when sessions may end, so that their ends can be told; empty if this store cannot. */
    default Optional<SessionEnds> ends() {
        return Optional.empty();
    }

    /** Lets go of connections and threads; later calls fail with {@link StoreUnavailableException}. Closing twice is fine. */
    @Override
    void close();
}
