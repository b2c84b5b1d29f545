package io.sojourn.tink;

import io.sojourn.log.SettingName;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.layer.StoreLayerProvider;
import io.sojourn.spi.text.SettingReader;
import io.sojourn.spi.text.TextSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Lays an {@link EncryptedStore} over a store if {@code encryptionKeysetFile} or {@code encryptionKeyset} says with which
 * keys; further settings are {@code encryptionContext}, {@code encryptionAcceptPlaintextUntil} and {@code
 * encryptionWritePlaintext}. A key that is named and not there is an error, and so is a name with nothing after it, or a
 * further setting without a key. Found as a service; not to be used itself.
 */
public final class EncryptionProvider implements StoreLayerProvider {

    private static final String FILE = "encryptionKeysetFile";
    private static final String KEYSET = "encryptionKeyset";
    private static final String CONTEXT = "encryptionContext";
    private static final String ACCEPT_PLAINTEXT = "encryptionAcceptPlaintextUntil";
    private static final String WRITE_PLAINTEXT = "encryptionWritePlaintext";

    /** For the service loader. */
    public EncryptionProvider() {}

    @Override
    public int order() {
        return ENCRYPTION;
    }

    @Override
    public Set<String> settings() {
        return Set.of(FILE, KEYSET, CONTEXT, ACCEPT_PLAINTEXT, WRITE_PLAINTEXT);
    }

    @Override
    public SessionStore over(SessionStore store, TextSettings settings) {
        for (String name : List.of(FILE, KEYSET)) {
            if (settings.isBlank(name)) {
                throw new IllegalArgumentException(
                        SettingName.asText(name) + " is set and empty, so there is no key to encrypt sessions with."
                                + " Name a keyset, or leave the setting out for sessions in plaintext");
            }
        }
        if (settings.has(FILE) && settings.has(KEYSET)) {
            throw new IllegalArgumentException(SettingName.asText(FILE) + " and " + SettingName.asText(KEYSET)
                    + " are both set; which is to count? Leave one of them out");
        }
        SessionKeys keys = settings.read(FILE, file -> SessionKeys.file(path(file)))
                .or(() -> settings.read(KEYSET, SessionKeys::text))
                .orElse(null);
        if (keys == null) {
            refuseOthers(settings);
            return store;
        }
        EncryptedStore.Builder encrypted = EncryptedStore.builder(store, keys);
        settings.use(CONTEXT, SettingReader::text, encrypted::context);
        settings.use(ACCEPT_PLAINTEXT, EncryptionProvider::instant, encrypted::acceptPlaintextUntil);
        settings.use(WRITE_PLAINTEXT, SettingReader::flag, writes -> {
            if (writes) {
                encrypted.writePlaintext();
            }
        });
        return build(encrypted);
    }

    private static EncryptedStore build(EncryptedStore.Builder encrypted) {
        try {
            return encrypted.build();
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(
                    SettingName.asText(WRITE_PLAINTEXT) + " needs " + SettingName.asText(ACCEPT_PLAINTEXT)
                            + ", or what is written could not be read",
                    e);
        }
    }

    private static void refuseOthers(TextSettings settings) {
        for (String name : List.of(CONTEXT, ACCEPT_PLAINTEXT, WRITE_PLAINTEXT)) {
            if (settings.has(name)) {
                throw new IllegalArgumentException(
                        SettingName.asText(name) + " is set, but nothing is encrypted: name a keyset with "
                                + SettingName.asText(FILE) + " or " + SettingName.asText(KEYSET));
            }
        }
    }

    private static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + file + "\" is no path of a file", e);
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no point in time. Write it as ISO 8601 in UTC, such as 2027-01-31T12:00:00Z",
                    e);
        }
    }
}
