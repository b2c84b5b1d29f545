package io.sojourn.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** An encrypted store over one in memory, into which the tests write behind its back. */
class Scene {

    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    static final Duration LONG = Duration.ofMinutes(10);

    final MemoryStore beneath = new MemoryStore();
    final SessionKeys keys = newKeys();
    final EncryptedStore store = EncryptedStore.over(beneath, keys);

    static KeysetHandle newKeyset() {
        try {
            AeadConfig.register();
            return KeysetHandle.generateNew(
                    PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE, RegistryConfiguration.get());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static SessionKeys newKeys() {
        return SessionKeys.of(newKeyset());
    }

    static SessionId newId() {
        return SessionId.random(new SecureRandom());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(StoredSession stored, String part) {
        byte[] bytes = stored.parts().get(part);
        return bytes == null ? "nothing" : new String(bytes, StandardCharsets.UTF_8);
    }

    static <T> T answer(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    static CommitResult create(SessionStore to, SessionId id, long revision, Map<String, byte[]> parts) {
        return answer(to.commit(new SessionWrite(id, SessionWrite.ABSENT, revision, NOW, LONG, parts, Set.of())));
    }

    static CommitResult change(
            SessionStore to, SessionId id, long expected, long revision, Map<String, byte[]> put, Set<String> remove) {
        return answer(to.commit(new SessionWrite(id, expected, revision, NOW, LONG, put, remove)));
    }

    static StoredSession load(SessionStore from, SessionId id) {
        return answer(from.load(id)).orElseThrow();
    }

    /** A session with a record and one large attribute. */
    SessionId stored() {
        SessionId id = newId();
        assertThat(create(store, id, 1, Map.of("r", bytes("record 1"), "a:cart", bytes("tea"))))
                .isEqualTo(CommitResult.APPLIED);
        return id;
    }

    StoredSession raw(SessionId id) {
        return load(beneath, id);
    }

    /** Puts something under an id, whatever was there. */
    void plant(SessionId id, long revision, Map<String, byte[]> parts) {
        answer(beneath.delete(id));
        assertThat(create(beneath, id, revision, parts)).isEqualTo(CommitResult.APPLIED);
    }

    static void assertUnreadable(SessionStore by, SessionId id) {
        assertThatThrownBy(() -> load(by, id)).isInstanceOf(UnreadableSessionException.class);
    }
}
