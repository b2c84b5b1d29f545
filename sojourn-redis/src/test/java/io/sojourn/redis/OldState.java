package io.sojourn.redis;

import io.sojourn.SessionId;
import io.sojourn.StoreUnavailableException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoredSession;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Reads a session over and over through a near cache while another store changes it, whatever becomes of the servers. */
record OldState(RedisStore near, RedisStore other) {

    /** What is seen; -1 if the store is out of reach, 0 if there is no session. */
    static long revision(RedisStore store, SessionId id) {
        try {
            return Calls.answer(store.load(id)).map(StoredSession::revision).orElse(0L);
        } catch (StoreUnavailableException e) {
            return -1;
        }
    }

    /** Until the session is read without a command. */
    void awaitHit(SessionId id) {
        long before = hits();
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> revision(near, id) > 0 && hits() > before);
    }

    long hits() {
        return near.nearCache().orElseThrow().hits();
    }

    /**
     * Something happens, and then the session is changed from revision 1 to 2, as soon as that can be done. How long after
     * the answer to that was there a read that was begun and gave the old state? It is read until the new one is seen.
     */
    Duration isSeenFor(SessionId id, Runnable event) {
        awaitHit(id);
        AtomicLong lastOld = new AtomicLong(System.nanoTime());
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    long begun = System.nanoTime();
                    long seen = revision(near, id);
                    if (seen == 1) {
                        lastOld.set(begun);
                    }
                    return seen == 2;
                }));
        event.run();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> isChanged(id));
        long changedAt = System.nanoTime();
        reading.orTimeout(40, TimeUnit.SECONDS).join();
        return Duration.ofNanos(lastOld.get() - changedAt);
    }

    private boolean isChanged(SessionId id) {
        try {
            return Calls.answer(new Calls(other).change(id, 1, 2)) == CommitResult.APPLIED || revision(other, id) == 2;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }
}
