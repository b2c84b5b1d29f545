package io.sojourn.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A compressing store over one in memory, into which the tests look and write behind its back. */
class Scene {

    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    static final Duration LONG = Duration.ofMinutes(10);

    final MemoryStore beneath = new MemoryStore();
    final CompressedStore store = CompressedStore.over(beneath);

    static SessionId newId() {
        return SessionId.random(new SecureRandom());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A text that is worth compressing. */
    static byte[] lengthy(String text) {
        return bytes((text + " ").repeat(500));
    }

    static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new SecureRandom().nextBytes(noise);
        return noise;
    }

    static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    static SessionId create(SessionStore to, Map<String, byte[]> parts) {
        SessionId id = newId();
        create(to, id, 1, parts);
        return id;
    }

    static void create(SessionStore to, SessionId id, long revision, Map<String, byte[]> parts) {
        assertThat(answer(to.commit(new SessionWrite(id, SessionWrite.ABSENT, revision, NOW, LONG, parts, Set.of()))))
                .isEqualTo(CommitResult.APPLIED);
    }

    static void change(SessionStore to, SessionId id, long expected, Map<String, byte[]> put, Set<String> remove) {
        assertThat(answer(to.commit(new SessionWrite(id, expected, expected + 1, NOW, LONG, put, remove))))
                .isEqualTo(CommitResult.APPLIED);
    }

    static StoredSession load(SessionStore from, SessionId id) {
        return answer(from.load(id)).orElseThrow();
    }

    Map<String, byte[]> raw(SessionId id) {
        return load(beneath, id).parts();
    }

    static void assertHas(StoredSession stored, Map<String, byte[]> parts) {
        assertThat(stored.parts()).containsOnlyKeys(parts.keySet());
        parts.forEach(
                (name, bytes) -> assertThat(stored.parts().get(name)).as(name).isEqualTo(bytes));
    }

    static void assertUnreadable(SessionStore by, SessionId id) {
        assertThatThrownBy(() -> load(by, id)).isInstanceOf(UnreadableSessionException.class);
    }
}
