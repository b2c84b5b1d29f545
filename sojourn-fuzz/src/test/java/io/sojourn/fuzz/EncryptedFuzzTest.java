package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.XChaCha20Poly1305Key;
import com.google.crypto.tink.aead.XChaCha20Poly1305Parameters;
import com.google.crypto.tink.util.SecretBytes;
import io.sojourn.memory.MemoryStore;
import io.sojourn.tink.EncryptedStore;
import io.sojourn.tink.SessionKeys;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/** Nothing that was not sealed with the key opens; the fuzzer does not have it. */
class EncryptedFuzzTest {

    private static final MemoryStore BENEATH = new MemoryStore();
    private static final EncryptedStore STORE = EncryptedStore.over(BENEATH, keys());

    /** Always the same, so that inputs do the same in each run. */
    private static SessionKeys keys() {
        try {
            AeadConfig.register();
            byte[] bytes = new byte[32];
            bytes[0] = 1;
            XChaCha20Poly1305Key key = XChaCha20Poly1305Key.create(
                    XChaCha20Poly1305Parameters.Variant.TINK,
                    SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()),
                    7);
            return SessionKeys.of(KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(key).withFixedId(7).makePrimary())
                    .build());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void record(byte[] input) {
        for (Map<String, byte[]> parts :
                List.of(Map.of("r", input), Map.of("r", input, "m", input), Map.of("r", input, "x1", input))) {
            Planted.in(BENEATH, parts);
            assertThat(Planted.read(STORE)).isEmpty();
        }
    }
}
