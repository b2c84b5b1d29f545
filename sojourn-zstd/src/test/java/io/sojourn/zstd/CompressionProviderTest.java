package io.sojourn.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.config.SessionConfig;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.text.TextSettings;
import io.sojourn.tink.EncryptionProvider;
import io.sojourn.tink.KeysetFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compression that is switched on by texts. */
class CompressionProviderTest {

    @TempDir
    Path folder = Path.of("");

    private final MemoryStore beneath = new MemoryStore();

    private static TextSettings texts(String... namesAndTexts) {
        Map<String, String> texts = new HashMap<>(Map.of("redis", "memory:"));
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            texts.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return TextSettings.of(texts);
    }

    private SessionStore over(String... namesAndTexts) {
        return new CompressionProvider().over(beneath, texts(namesAndTexts));
    }

    /** How many bytes of a session lie beneath, by part. */
    private Map<String, Integer> sizes(SessionStore by) {
        SessionManager manager = SessionManager.create(by);
        Session session = manager.create();
        session.set("small", "s".repeat(1_000));
        session.set("large", "l".repeat(100_000));
        manager.save(session);
        Map<String, Integer> sizes = new HashMap<>();
        StoredSession raw =
                beneath.load(session.id()).toCompletableFuture().join().orElseThrow();
        raw.parts().forEach((part, bytes) -> sizes.put(part.substring(part.indexOf(':') + 1), bytes.length));
        assertThat(manager.find(session.token()).orElseThrow().get("large", String.class))
                .contains("l".repeat(100_000));
        return sizes;
    }

    @Test
    void switchCompresses() {
        assertThat(sizes(over("compression", "true")))
                .allSatisfy((part, size) -> assertThat(size).isLessThan(500));
        assertThat(over("compression", "false")).isSameAs(beneath);
        assertThat(over()).isSameAs(beneath);
    }

    @Test
    void everySettingOfTheBuilderIsUnderstood() {
        assertThat(sizes(over("compression", "true", "compressionThreshold", "2KiB")))
                .satisfies(sizes -> {
                    assertThat(sizes.get("r")).isGreaterThan(1_000);
                    assertThat(sizes.get("large")).isLessThan(500);
                });
        assertThat(sizes(over("compression", "true", "compressionLargeOnly", "true"))
                        .get("r"))
                .isGreaterThan(1_000);
        assertThat(sizes(over("compression", "true", "compressionNever", "large, other"))
                        .get("large"))
                .isGreaterThan(100_000);
        assertThat(sizes(over("compression", "true", "compressionOnlyRead", "true")))
                .allSatisfy((part, size) -> assertThat(size).isGreaterThan(1_000));
        assertThat(sizes(over("compression", "true", "compressionMaxBytes", "50KiB"))
                        .get("large"))
                .isGreaterThan(100_000);
        assertThat(sizes(over("compression", "true", "compressionLevel", "19")).get("large"))
                .isLessThan(500);
        var setters = java.util.stream.Stream.of(CompressedStore.Builder.class.getDeclaredMethods())
                .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
                .map(method -> method.getName())
                .filter(name -> !name.equals("build"))
                .map(name -> "compression" + Character.toUpperCase(name.charAt(0)) + name.substring(1));
        assertThat(new CompressionProvider().settings()).containsAll(setters.toList());
    }

    @ParameterizedTest
    @CsvSource({
        "compression, yes",
        "compressionLevel, 20",
        "compressionThreshold, 0",
        "compressionMaxBytes, much",
        "compressionLargeOnly, maybe"
    })
    void whatMakesNoSenseIsRefusedByName(String setting, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> over("compression", "true", setting, text))
                .withMessageStartingWith(setting + ": ");
    }

    @Test
    void furtherSettingWithoutTheSwitchIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> over("compressionLevel", "5"))
                .withMessageStartingWith(
                        "compressionLevel (in the environment SOJOURN_COMPRESSION_LEVEL) is set, but nothing is compressed");
    }

    @Test
    void configurationCompressesFirstAndThenEncrypts() {
        Path keys = folder.resolve("keys.json");
        new KeysetFile(keys).create();
        TextSettings both = texts("compression", "true", "encryptionKeysetFile", keys.toString());
        try (SessionStore store = new SessionConfig(both).openStore()) {
            assertThat(store).isInstanceOf(CompressedStore.class);
        }
        SessionStore encrypted = new EncryptionProvider().over(beneath, both);
        assertThat(sizes(new CompressionProvider().over(encrypted, both)).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isLessThan(1_000);
    }
}
