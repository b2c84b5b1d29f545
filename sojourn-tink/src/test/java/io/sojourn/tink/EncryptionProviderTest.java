package io.sojourn.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.SessionId;
import io.sojourn.config.EnvironmentNames;
import io.sojourn.config.SessionConfig;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.TextSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encryption that is switched on by texts, and what does not start. */
class EncryptionProviderTest {

    @TempDir
    Path folder = Path.of("");

    private String file = "";

    @BeforeEach
    void makeKeyset() {
        Path keys = folder.resolve("keys.json");
        new KeysetFile(keys).create();
        file = keys.toString();
    }

    private static SessionStore over(MemoryStore beneath, String... namesAndTexts) {
        return new EncryptionProvider().over(beneath, texts(namesAndTexts));
    }

    private static SessionStore open(String... namesAndTexts) {
        return new SessionConfig(texts(namesAndTexts)).openStore();
    }

    private static TextSettings texts(String... namesAndTexts) {
        Map<String, String> texts = new HashMap<>(Map.of("redis", "memory:"));
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            texts.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return TextSettings.of(texts);
    }

    private static SessionId stored(SessionStore by) {
        SessionId id = Scene.newId();
        Scene.create(by, id, 1, Map.of("r", Scene.bytes("record 1")));
        return id;
    }

    @Test
    void keysetFileEncryptsWhatTheStoreHolds() {
        MemoryStore beneath = new MemoryStore();
        SessionStore store = over(beneath, "encryptionKeysetFile", file);
        SessionId id = stored(store);
        assertThat(Scene.text(Scene.load(beneath, id), "r")).doesNotContain("record 1");
        assertThat(Scene.text(Scene.load(store, id), "r")).isEqualTo("record 1");
        assertThat(Scene.text(Scene.load(over(beneath, "encryptionKeysetFile", file), id), "r"))
                .isEqualTo("record 1");
    }

    @Test
    void keysetMayBeTheTextItself() throws Exception {
        MemoryStore beneath = new MemoryStore();
        SessionId id = stored(over(beneath, "encryptionKeysetFile", file));
        String json = Files.readString(Path.of(file));
        assertThat(Scene.text(Scene.load(over(beneath, "encryptionKeyset", json), id), "r"))
                .isEqualTo("record 1");
        Scene.assertUnreadable(over(beneath, "encryptionKeyset", json, "encryptionContext", "shop"), id);
    }

    @Test
    void withoutAKeysetNothingIsLaidOverTheStore() {
        MemoryStore beneath = new MemoryStore();
        assertThat(over(beneath)).isSameAs(beneath);
        try (SessionStore store = open()) {
            assertThat(store).isInstanceOf(MemoryStore.class);
        }
    }

    @Test
    void configurationFindsItByItself() {
        try (SessionStore store = open("encryptionKeysetFile", file)) {
            assertThat(store).isInstanceOf(EncryptedStore.class);
        }
        assertThat(SessionConfig.names()).containsAll(new EncryptionProvider().settings());
        assertThat(EnvironmentNames.nameOf("encryptionKeysetFile")).isEqualTo("SOJOURN_ENCRYPTION_KEYSET_FILE");
    }

    @Test
    void plaintextIsReadAndWrittenForAsLongAsItIsSaid() {
        MemoryStore beneath = new MemoryStore();
        SessionId plain = stored(beneath);
        Scene.assertUnreadable(over(beneath, "encryptionKeysetFile", file), plain);
        String[] both = {
            "encryptionKeysetFile",
            file,
            "encryptionAcceptPlaintextUntil",
            "2999-01-01T00:00:00Z",
            "encryptionWritePlaintext",
            "true"
        };
        SessionStore store = over(beneath, both);
        assertThat(Scene.text(Scene.load(store, plain), "r")).isEqualTo("record 1");
        assertThat(Scene.text(Scene.load(beneath, stored(store)), "r")).isEqualTo("record 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("encryptionKeysetFile", file, "encryptionWritePlaintext", "true"))
                .withMessageContaining("encryptionAcceptPlaintextUntil");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("encryptionKeysetFile", file, "encryptionAcceptPlaintextUntil", "tomorrow"))
                .withMessageStartingWith("encryptionAcceptPlaintextUntil: ")
                .withMessageContaining("2027-01-31T12:00:00Z");
    }

    @Test
    void keyThatIsNamedAndMissingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("encryptionKeysetFile", file + ".missing"))
                .withMessageStartingWith("encryptionKeysetFile: ")
                .withMessageContaining("keys.json.missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("encryptionKeyset", "{\"secret\": 1}"))
                .withMessageStartingWith("encryptionKeyset: ")
                .withMessageNotContaining("secret\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encryptionKeysetFile", "encryptionKeyset"})
    void settingWithNothingInItIsNotTakenForPlaintext(String setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(setting, " "))
                .withMessageStartingWith(setting + " (in the environment SOJOURN_ENCRYPTION_")
                .withMessageContaining(") is set and empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encryptionContext", "encryptionAcceptPlaintextUntil", "encryptionWritePlaintext"})
    void furtherSettingWithoutAKeyIsRefused(String setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(setting, "true"))
                .withMessageStartingWith(setting + " (in the environment SOJOURN_ENCRYPTION_")
                .withMessageContaining(") is set, but nothing is encrypted");
    }

    @Test
    void twoKeysetsAreOneTooMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("encryptionKeysetFile", file, "encryptionKeyset", "{}"))
                .withMessageContaining("Leave one of them out");
    }
}
