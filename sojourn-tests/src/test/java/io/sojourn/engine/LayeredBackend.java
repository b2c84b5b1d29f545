package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.sojourn.SessionId;
import io.sojourn.SessionSettings;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.ManualClock;
import io.sojourn.tink.EncryptedStore;
import io.sojourn.tink.SessionKeys;
import io.sojourn.zstd.CompressedStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compressed and encrypted in memory, by two nodes that take turns: so each often writes to what it has not read itself. */
final class LayeredBackend implements Backend {

    private static final SessionKeys KEYS = newKeys();

    private final ManualClock clock = ManualClock.at(Instant.EPOCH);
    private final MemoryStore beneath = new MemoryStore(MemoryStore.DEFAULT_MAX_BYTES, clock);
    private final List<SessionStore> nodes = List.of(layered(), layered());
    private int calls;

    private static SessionKeys newKeys() {
        try {
            AeadConfig.register();
            return SessionKeys.of(KeysetHandle.generateNew(
                    PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE, RegistryConfiguration.get()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private SessionStore layered() {
        return CompressedStore.builder(EncryptedStore.over(beneath, KEYS))
                .threshold(64)
                .build();
    }

    @Override
    public SessionStore store() {
        return (SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.invoke(nodes.get(calls++ / 3 % nodes.size()), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void expireAll() {
        clock.advance(SessionSettings.LONGEST);
    }

    @Override
    public void assertHoldsExactly(Map<SessionId, ModelSession> sessions, Collection<SessionId> ids) {
        for (SessionStore node : nodes) {
            for (SessionId id : ids) {
                assertThat(node.load(id).toCompletableFuture().join().isPresent())
                        .isEqualTo(sessions.containsKey(id));
            }
            sessions.forEach((id, session) -> assertThat(parts(node, id)).isEqualTo(session.parts()));
        }
        // Beneath there are as many, and one more where the list lies apart.
        sessions.forEach((id, session) -> assertThat(parts(beneath, id))
                .hasSizeBetween(session.parts().size(), session.parts().size() + 1));
    }

    private static Set<String> parts(SessionStore store, SessionId id) {
        return store.load(id).toCompletableFuture().join().orElseThrow().parts().keySet();
    }
}
