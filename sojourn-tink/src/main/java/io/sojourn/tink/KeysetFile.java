package io.sojourn.tink;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file with a keyset for {@link SessionKeys#file}: made, and its keys rotated, from a program or from the command line:
 *
 * <pre>
 * java -cp … io.sojourn.tink.KeysetFile create  session-keys.json
 * java -cp … io.sojourn.tink.KeysetFile add     session-keys.json      1. then bring the file to all nodes
 * java -cp … io.sojourn.tink.KeysetFile promote session-keys.json ID   2. then bring the file to all nodes
 * java -cp … io.sojourn.tink.KeysetFile remove  session-keys.json ID   3. when no session is left that the old key wrote
 * java -cp … io.sojourn.tink.KeysetFile list    session-keys.json
 * </pre>
 *
 * <p>Keys are of the kind XAES-256-GCM: AES-256-GCM with nonces of 192 random bits (C2SP). The file is Tink's JSON in
 * plaintext, so Tink's own {@code tinkey} works on it, too. Only the owner may read it. A change replaces it as a whole.
 */
public final class KeysetFile {

    private static final Set<PosixFilePermission> TOO_OPEN = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private static final String USAGE = """
            Usage: KeysetFile create FILE      makes a keyset with one key
                   KeysetFile list FILE        shows the ids of the keys
                   KeysetFile add FILE         adds a key that decrypts, and does not encrypt yet
                   KeysetFile promote FILE ID  makes a key the one that encrypts
                   KeysetFile remove FILE ID   removes a key: what it has encrypted is lost""";

    private final Path file;

    /** Whether or not it exists. */
    public KeysetFile(Path file) {
        this.file = file;
    }

    /**
     * Makes the file, with one key.
     *
     * @return the key's id
     * @throws IllegalArgumentException if there is a file already, which is left as it is
     */
    public int create() {
        try {
            AeadConfig.register();
            KeysetHandle keyset = KeysetHandle.generateNew(
                    PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE, RegistryConfiguration.get());
            write(keyset, true);
            return keyset.getPrimary().getId();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A key could not be made", e);
        }
    }

    /**
     * Adds a key that decrypts and does not encrypt yet.
     *
     * @return the key's id
     */
    public int add() {
        KeysetHandle.Builder.Entry added = KeysetHandle.generateEntryFromParameters(
                        PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE)
                .withRandomId();
        KeysetHandle keyset = write(KeysetHandle.newBuilder(keyset()).addEntry(added), "added");
        return keyset.getAt(keyset.size() - 1).getId();
    }

    /**
     * Makes a key the one that encrypts. All nodes must have it already, or they cannot read what this one writes.
     *
     * @throws IllegalArgumentException if there is no such key
     */
    public void promote(int keyId) {
        KeysetHandle keyset = keyset();
        KeysetHandle.Builder changed = KeysetHandle.newBuilder(keyset);
        KeysetHandle.Builder.Entry unused =
                changed.getAt(indexOf(keyset, keyId)).makePrimary();
        KeysetHandle after = write(changed, "promoted");
        if (after.getPrimary().getId() != keyId) {
            throw new IllegalStateException("The key was not promoted");
        }
    }

    /**
     * Removes a key. What it has encrypted is lost: wait until the sessions that it wrote have ended.
     *
     * @throws IllegalArgumentException if there is no such key, or it is the one that encrypts
     */
    public void remove(int keyId) {
        KeysetHandle keyset = keyset();
        if (keyset.getPrimary().getId() == keyId) {
            throw new IllegalArgumentException(
                    "Key " + Integer.toUnsignedString(keyId) + " is the one that encrypts. Promote another one first");
        }
        KeysetHandle unused = write(KeysetHandle.newBuilder(keyset).deleteAt(indexOf(keyset, keyId)), "removed");
    }

    private int indexOf(KeysetHandle keyset, int keyId) {
        for (int i = 0; i < keyset.size(); i++) {
            if (keyset.getAt(i).getId() == keyId) {
                return i;
            }
        }
        throw new IllegalArgumentException("There is no key " + Integer.toUnsignedString(keyId) + " in " + file);
    }

    /** The text of the file, if it exists and is not open to others. */
    String read() {
        try {
            requireClosed();
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("There is no file " + file
                    + ", so there is no key to encrypt sessions with. Make one with java -cp … io.sojourn.tink.KeysetFile"
                    + " create " + file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The file " + file + " with the keys for sessions cannot be read ("
                            + e.getClass().getName() + ")",
                    e);
        }
    }

    private void requireClosed() throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return; // Windows: access is by lists, and what is usual there is not readable for all.
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(TOO_OPEN::contains)) {
            throw new IllegalArgumentException("The file " + file + " with the keys for sessions is open to others ("
                    + PosixFilePermissions.toString(permissions)
                    + "). Run chmod o-rwx,g-w on it; for a secret of Kubernetes"
                    + " set defaultMode to 0440");
        }
    }

    private KeysetHandle keyset() {
        String json = read();
        try {
            AeadConfig.register();
            return TinkJsonProtoKeysetFormat.parseKeyset(
                    json, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("The file " + file + " holds no keyset in Tink's JSON format");
        }
    }

    private KeysetHandle write(KeysetHandle.Builder changed, String what) {
        try {
            KeysetHandle keyset = changed.build();
            write(keyset, false);
            return keyset;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("No key was " + what + ": the keyset in " + file + " does not allow it");
        }
    }

    /** First into another file that only the owner may read; then at once. */
    private void write(KeysetHandle keyset, boolean isNew) throws GeneralSecurityException {
        String json = TinkJsonProtoKeysetFormat.serializeKeyset(
                keyset, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
        @Nullable Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " is no file");
        }
        try {
            if (isNew && Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Path temporary = Files.createTempFile(parent, ".session-keys", ".tmp");
            try {
                Files.writeString(temporary, json);
                if (isNew) {
                    Files.move(temporary, file);
                } else {
                    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException("There is a file " + file + " already; it was left as it is");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The file " + file + " cannot be written (" + e.getClass().getName() + ")", e);
        }
    }

    /** The command line. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        try {
            if (arguments.length == 2) {
                KeysetFile file = new KeysetFile(Path.of(arguments[1]));
                switch (arguments[0]) {
                    case "create" ->
                        out.println("Made key " + Integer.toUnsignedString(file.create()) + ", the primary");
                    case "add" -> out.println("Added key " + Integer.toUnsignedString(file.add()));
                    case "list" -> file.list(out);
                    default -> throw new IllegalArgumentException(USAGE);
                }
                return 0;
            }
            if (arguments.length == 3) {
                KeysetFile file = new KeysetFile(Path.of(arguments[1]));
                int keyId = Integer.parseUnsignedInt(arguments[2]);
                switch (arguments[0]) {
                    case "promote" -> file.promote(keyId);
                    case "remove" -> file.remove(keyId);
                    default -> throw new IllegalArgumentException(USAGE);
                }
                return 0;
            }
            throw new IllegalArgumentException(USAGE);
        } catch (NumberFormatException e) {
            err.println("The id of a key is a number; see the command list");
            return 2;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private void list(PrintStream out) {
        KeysetHandle keyset = keyset();
        for (int i = 0; i < keyset.size(); i++) {
            KeysetHandle.Entry entry = keyset.getAt(i);
            out.println(Integer.toUnsignedString(entry.getId()) + "  " + entry.getStatus()
                    + (entry.isPrimary() ? "  primary" : ""));
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
