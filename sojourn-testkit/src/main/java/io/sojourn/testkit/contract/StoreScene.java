package io.sojourn.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the tests of the contract are told with: the store, short forms of its operations, and things to write. */
interface StoreScene {

    /** Long enough that nothing ends in a test. */
    Duration LONG = Duration.ofMinutes(10);

    /** Short enough to wait for. */
    Duration SHORT = Duration.ofMillis(60);

    /** How long to wait for what should take a moment. */
    Duration LIMIT = Duration.ofSeconds(20);

    Instant T1 = Instant.parse("2030-01-01T00:00:00.001Z");
    Instant T2 = Instant.parse("2030-01-01T00:00:01.002Z");
    Instant T3 = Instant.parse("2030-01-01T00:01:00.003Z");

    SessionStore store();

    /** The same sessions as {@link #store()} has, seen by another process or at least another connection. */
    SessionStore secondStore();

    default Optional<StoredSession> load(SessionId id) {
        return answer(store().load(id));
    }

    default CommitResult commit(SessionWrite write) {
        return answer(store().commit(write));
    }

    default boolean touch(SessionId id, long revision, Instant touchedAt, @Nullable Duration timeToLive) {
        return answer(store().touch(new SessionTouch(id, revision, touchedAt, timeToLive)));
    }

    default CommitResult delete(SessionId id, long revision) {
        return answer(store().delete(id, revision));
    }

    default boolean delete(SessionId id) {
        return answer(store().delete(id));
    }

    /** A session that is stored, at revision 1, touched at T1. */
    default SessionId stored(@Nullable Duration timeToLive, Map<String, byte[]> parts) {
        SessionId id = newId();
        assertThat(commit(creation(id, 1, T1, timeToLive, parts))).isEqualTo(CommitResult.APPLIED);
        return id;
    }

    default SessionId stored() {
        return stored(LONG, Map.of("r", bytes("first")));
    }

    /** Waits until the time of a session is up. */
    default void awaitEnd(SessionId id) {
        long start = System.nanoTime();
        while (load(id).isPresent()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("how long session %s is still there", id)
                    .isLessThan(LIMIT);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits for so long by the store's own clock: until a session that lives for it has ended. */
    default void letPass(Duration time) {
        awaitEnd(stored(time, Map.of("r", bytes("hourglass"))));
    }

    static SessionId newId() {
        return SessionId.random(new SecureRandom());
    }

    static SessionWrite creation(
            SessionId id, long revision, Instant touchedAt, @Nullable Duration timeToLive, Map<String, byte[]> parts) {
        return new SessionWrite(id, SessionWrite.ABSENT, revision, touchedAt, timeToLive, parts, Set.of());
    }

    /** From one revision to another, with one part put; touched at T2. */
    static SessionWrite change(SessionId id, long expected, long revision, String part, String text) {
        return change(id, expected, revision, Map.of(part, bytes(text)), Set.of());
    }

    static SessionWrite change(
            SessionId id, long expected, long revision, Map<String, byte[]> put, Set<String> remove) {
        return new SessionWrite(id, expected, revision, T2, LONG, put, remove);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The reply, or what the stage failed with. */
    static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** That a session is stored with exactly this. */
    default void assertStored(SessionId id, long revision, Instant touchedAt, Map<String, byte[]> parts) {
        assertIs(load(id).orElseThrow(), revision, touchedAt, parts);
    }

    static void assertIs(StoredSession stored, long revision, Instant touchedAt, Map<String, byte[]> parts) {
        assertThat(stored.revision()).as("revision").isEqualTo(revision);
        assertThat(stored.touchedAt()).as("touchedAt").isEqualTo(touchedAt);
        assertThat(stored.parts()).as("parts").containsOnlyKeys(parts.keySet());
        parts.forEach((name, bytes) ->
                assertThat(stored.parts().get(name)).as("part %s", name).isEqualTo(bytes));
    }
}
