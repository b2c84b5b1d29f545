package io.sojourn.servlet.attack;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.sojourn.tink.EncryptedStore;
import io.sojourn.tink.SessionKeys;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

@EnabledIf(
        value = "io.sojourn.servlet.attack.Bank#isInTomcat",
        disabledReason = "Redis is read alike in all containers")
@Tag("slow")
class WrittenEncryptedRecordTest extends WrittenRecordTest {

    @RegisterExtension
    static final Bank bank =
            new Bank(store -> EncryptedStore.over(store, newKeys())).settings(settings -> settings.inlineLimit(64));

    private static SessionKeys newKeys() {
        try {
            AeadConfig.register();
            return SessionKeys.of(KeysetHandle.generateNew(
                    PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE, RegistryConfiguration.get()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    WrittenEncryptedRecordTest() {
        super(bank, true);
    }
}
