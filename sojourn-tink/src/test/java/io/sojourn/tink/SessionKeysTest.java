package io.sojourn.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.prf.PredefinedPrfParameters;
import com.google.crypto.tink.prf.PrfConfig;
import io.sojourn.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionKeysTest {

    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("keys.json");
    }

    private String json() throws Exception {
        new KeysetFile(file()).create();
        return Files.readString(file());
    }

    @Test
    void withoutAFileItDoesNotStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKeys.file(file()))
                .withMessageContaining(file().toString())
                .withMessageContaining("KeysetFile create");
    }

    @Test
    void withoutTheVariableItDoesNotStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKeys.environment("SHOP_SESSION_KEYS"))
                .withMessageContaining("SHOP_SESSION_KEYS")
                .withMessageContaining("KeysetFile create");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "x", "{\"primaryKeyId\": 7, \"key\": [{\"secret\": 1}]}", "[]", "null"})
    void aFileWithoutAKeysetIsRefusedWithoutSayingWhatIsInIt(String text) throws Exception {
        Files.writeString(file(), text);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> SessionKeys.file(file()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertThatThrownBy(() -> new KeysetFile(file()).add()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-----w-", "rw--w----", "rw-rw-r--"})
    void aFileThatIsOpenToOthersIsRefused(String permissions) throws Exception {
        json();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKeys.file(file()))
                .withMessageContaining(permissions)
                .withMessageContaining("chmod");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "r--r-----"})
    void aFileForTheOwnerAndHisGroupIsFine(String permissions) throws Exception {
        json();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
        assertThat(SessionKeys.file(file()).toString()).contains("primary");
    }

    @Test
    void aVariableHoldsJsonOrBase64OfIt() throws Exception {
        String json = json();
        String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        String fromFile = SessionKeys.file(file()).toString();
        assertThat(SessionKeys.environment("K", Map.of("K", json))).hasToString(fromFile);
        assertThat(SessionKeys.environment("K", Map.of("K", base64))).hasToString(fromFile);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKeys.environment("K", Map.of("K", "%%% no keys")))
                .withMessageContaining("variable K")
                .withMessageNotContaining("%%%");
    }

    @Test
    void anEncryptedKeysetTakesItsKey() throws Exception {
        Aead service = Scene.newKeyset().getPrimitive(RegistryConfiguration.get(), Aead.class);
        KeysetHandle keyset = Scene.newKeyset();
        String json = TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(
                keyset, service, new byte[0], RegistryConfiguration.get());
        assertThat(SessionKeys.encrypted(json, service))
                .hasToString(SessionKeys.of(keyset).toString());
        Aead another = Scene.newKeyset().getPrimitive(RegistryConfiguration.get(), Aead.class);
        assertThatIllegalArgumentException().isThrownBy(() -> SessionKeys.encrypted(json, another));
    }

    @Test
    void keysForSomethingElseAreRefused() throws Exception {
        PrfConfig.register();
        KeysetHandle prf = KeysetHandle.generateNew(PredefinedPrfParameters.HKDF_SHA256, RegistryConfiguration.get());
        assertThatIllegalArgumentException().isThrownBy(() -> SessionKeys.of(prf));
    }

    @Test
    void keysWithoutAnIdInFrontAreRefused() throws Exception {
        KeysetHandle raw = KeysetHandle.generateNew(
                PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE_NO_PREFIX, RegistryConfiguration.get());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKeys.of(raw))
                .withMessageContaining("RAW");
    }

    @Test
    void nothingShowsKeyMaterial() throws Exception {
        String json = json();
        var value = Pattern.compile("\"value\":\\s*\"([^\"]+)\"").matcher(json);
        assertThat(value.find()).isTrue();
        SessionKeys keys = SessionKeys.file(file());
        String material = value.group(1);
        EncryptedStore store = EncryptedStore.over(new MemoryStore(), keys);
        assertThat(keys.toString() + store + new KeysetFile(file()) + new Seal(keys, ""))
                .doesNotContain(material)
                .doesNotContain(material.substring(4, 20));
    }
}
