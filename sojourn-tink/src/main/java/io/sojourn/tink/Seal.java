package io.sojourn.tink;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Encrypts single parts. Each is bound to what it is: the associated data are a label, the session's id, the revision that
 * wrote the part, the context and the part's name. All but the last two have a fixed length, and the context says its own,
 * so that no two different parts have the same.
 *
 * <p>A sealed part is a byte {@value #FORMAT}, then what Tink makes: a byte, the id of the key, the ciphertext.
 */
final class Seal {

    /** The first byte, as a number: no format of records has it, so that no reader takes the one for the other. */
    static final int FORMAT = 0xE1;

    private static final byte[] LABEL = "sojourn part 1 ".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_ID_AT = 2;
    private static final int KEY_ID_END = KEY_ID_AT + Integer.BYTES;

    private final SessionKeys keys;
    private final byte[] context;

    Seal(SessionKeys keys, String context) {
        this.keys = keys;
        this.context = context.getBytes(StandardCharsets.UTF_8);
    }

    static boolean isSealed(byte[] part) {
        return part.length > 0 && (part[0] & 0xff) == FORMAT;
    }

    byte[] seal(SessionId id, String name, long revision, byte[] plain) {
        byte[] sealed;
        try {
            sealed = keys.aead().encrypt(plain, associatedData(id, name, revision));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A part of a session could not be encrypted", e);
        }
        byte[] part = new byte[1 + sealed.length];
        part[0] = (byte) FORMAT;
        System.arraycopy(sealed, 0, part, 1, sealed.length);
        return part;
    }

    byte[] open(SessionId id, String name, long revision, byte[] part) {
        if (!isSealed(part)) {
            throw new UnreadableSessionException("A part of the stored session is not encrypted, and others are", null);
        }
        try {
            byte[] sealed = Arrays.copyOfRange(part, 1, part.length);
            return keys.aead().decrypt(sealed, associatedData(id, name, revision));
        } catch (GeneralSecurityException e) {
            throw new UnreadableSessionException(reason(part), null);
        }
    }

    int primaryId() {
        return keys.primaryId();
    }

    /** Whether a part that was opened was encrypted with another key than is used for writing now. */
    boolean isOutdated(byte[] part) {
        return keyId(part) != keys.primaryId();
    }

    @Override
    public String toString() {
        return keys.toString();
    }

    private String reason(byte[] part) {
        return part.length < KEY_ID_END || keys.has(keyId(part))
                ? "A part of the stored session is not what was written there: it was changed, moved or put back, or it"
                        + " belongs to another context"
                : "A part of the stored session was encrypted with key " + Integer.toUnsignedString(keyId(part))
                        + ", which is not in the keyset";
    }

    private static int keyId(byte[] part) {
        return ByteBuffer.wrap(part).getInt(KEY_ID_AT);
    }

    private byte[] associatedData(SessionId id, String name, long revision) {
        byte[] idText = id.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] nameText = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(
                        LABEL.length + idText.length + Long.BYTES + Integer.BYTES + context.length + nameText.length)
                .put(LABEL)
                .put(idText)
                .putLong(revision)
                .putInt(context.length)
                .put(context)
                .put(nameText)
                .array();
    }
}
