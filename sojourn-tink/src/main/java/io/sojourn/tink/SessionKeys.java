package io.sojourn.tink;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys for an {@link EncryptedStore}: a Tink keyset, whose primary key encrypts and all of whose enabled keys decrypt.
 * There is no default and no fallback: without a usable keyset each of these methods throws, so that an application does
 * not start. No message and no {@link #toString()} holds key material; ids of keys are no secret.
 *
 * <p>{@link KeysetFile} makes keysets. Others will do if they are for Tink's {@code Aead} and their keys have ids in front
 * of the ciphertext (output prefix {@code TINK}). Of Tink's ciphers take one with long nonces, {@code
 * XAES_256_GCM_192_BIT_NONCE} or {@code XCHACHA20_POLY1305}: with the 96 random bits of AES-GCM a key is good for 2^32
 * writes (NIST SP 800-38D), which a busy fleet reaches within days.
 */
public final class SessionKeys {

    private static final String HOW_TO = " Make a keyset with java -cp … io.sojourn.tink.KeysetFile create FILE";

    private final Aead aead;
    private final int primaryId;
    private final Set<Integer> ids;

    private SessionKeys(Aead aead, int primaryId, Set<Integer> ids) {
        this.aead = aead;
        this.primaryId = primaryId;
        this.ids = ids;
    }

    /**
     * The keys of a keyset that the application got from its own provider.
     *
     * @throws IllegalArgumentException if it is not for authenticated encryption, or a key has no id in front of the
     *     ciphertext
     */
    public static SessionKeys of(KeysetHandle keyset) {
        Set<Integer> ids = new HashSet<>();
        try {
            AeadConfig.register();
            for (int i = 0; i < keyset.size(); i++) {
                KeysetHandle.Entry entry = keyset.getAt(i);
                if (entry.getStatus().equals(KeyStatus.ENABLED)) {
                    requirePrefix(entry);
                    ids.add(entry.getId());
                }
            }
            Aead aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
            return new SessionKeys(aead, keyset.getPrimary().getId(), Set.copyOf(ids));
        } catch (GeneralSecurityException | IllegalStateException e) {
            throw new IllegalArgumentException(
                    "The keyset cannot be used: it must be for AEAD, all its keys valid, one of them primary."
                            + HOW_TO); // Without the cause, which could quote what it did not understand.
        }
    }

    private static void requirePrefix(KeysetHandle.Entry entry) {
        if (entry.getKey().getIdRequirementOrNull() == null) {
            throw new IllegalArgumentException("Key " + Integer.toUnsignedString(entry.getId())
                    + " has the output prefix RAW: what it encrypts does not say which key it needs, so it could not be"
                    + " rotated. Use keys with the output prefix TINK");
        }
    }

    /**
     * The keys in a file, a keyset in Tink's JSON in plaintext, as {@link KeysetFile} writes it.
     *
     * @throws IllegalArgumentException if there is no such file, or no keyset in it, or others than the owner and his group
     *     may read or write it, or his group may write it
     */
    public static SessionKeys file(Path file) {
        return parse(new KeysetFile(file).read(), "The file " + file);
    }

    /**
     * The keys in an environment variable: a keyset in Tink's JSON in plaintext, as it is or in base64. Whoever may look at
     * the process may look at these: a file is better.
     *
     * @throws IllegalArgumentException if it is not set, or no keyset
     */
    public static SessionKeys environment(String variable) {
        return environment(variable, System.getenv());
    }

    static SessionKeys environment(String variable, Map<String, String> environment) {
        String text = environment.getOrDefault(variable, "");
        if (text.isBlank()) {
            throw new IllegalArgumentException("The environment variable " + variable
                    + " is not set, so there is no key to encrypt sessions with." + HOW_TO);
        }
        return text(text, "The environment variable " + variable);
    }

    /** The keys in a setting: a keyset in Tink's JSON in plaintext, as it is or in base64. */
    static SessionKeys text(String text) {
        return text(text, "The setting");
    }

    private static SessionKeys text(String text, String where) {
        return parse(text.strip().startsWith("{") ? text : decode(text.strip()), where);
    }

    /**
     * The keys in a keyset that is itself encrypted, in Tink's JSON, with a key that a key management service keeps. The
     * service is asked once, now.
     *
     * @param json the encrypted keyset
     * @param keyEncryption the key of the service, such as Tink's clients for AWS, Google Cloud or Vault give it
     * @throws IllegalArgumentException if it cannot be decrypted
     */
    public static SessionKeys encrypted(String json, Aead keyEncryption) {
        try {
            AeadConfig.register();
            return of(TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
                    json, keyEncryption, new byte[0], RegistryConfiguration.get()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The keyset could not be decrypted: it is none, or not encrypted with this key");
        }
    }

    private static String decode(String text) {
        try {
            return new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static SessionKeys parse(String json, String where) {
        KeysetHandle keyset;
        try {
            AeadConfig.register();
            keyset = TinkJsonProtoKeysetFormat.parseKeyset(
                    json, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(where + " holds no keyset in Tink's JSON format." + HOW_TO);
        }
        return of(keyset);
    }

    Aead aead() {
        return aead;
    }

    int primaryId() {
        return primaryId;
    }

    boolean has(int keyId) {
        return ids.contains(keyId);
    }

    /** The ids of the keys. */
    @Override
    public String toString() {
        return "keys "
                + ids.stream()
                        .map(id -> Integer.toUnsignedString(id) + (id == primaryId ? " (primary)" : ""))
                        .sorted()
                        .collect(Collectors.joining(", "));
    }
}
