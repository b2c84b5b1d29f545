package io.sojourn.admin.read;

import io.sojourn.SojournException;
import io.sojourn.UnreadableSessionException;
import io.sojourn.format.EncodedValue;
import io.sojourn.record.SessionRecord;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.StoredSession;
import java.util.List;
import java.util.Optional;

/** Reads the record of a session and the values in it. */
public final class RecordReader {

    /** The first byte of what {@code EncryptedStore} and {@code CompressedStore} write. */
    private static final int SEALED = 0xe1;

    private static final int FRAMED = 0xc1;

    /** The codecs that the application gave; structure is shown of what they do not read. */
    private final List<AttributeCodec> codecs;

    private final int longest;

    /**
     * A reader.
     *
     * @param longest how many characters of a value are shown
     */
    public RecordReader(List<AttributeCodec> codecs, int longest) {
        this.codecs = codecs;
        this.longest = longest;
    }

    /**
     * The record.
     *
     * @throws UnreadableSessionException if it cannot be read; the message says what is missing
     */
    public static SessionRecord record(StoredSession stored) {
        byte[] packed = stored.parts().get(SessionRecord.RECORD);
        int first = packed == null || packed.length == 0 ? 0 : packed[0] & 0xff;
        if (first == SEALED) {
            throw new UnreadableSessionException(
                    "The session is encrypted, and its key was not given: give the store with the encryption layer",
                    null);
        }
        if (first == FRAMED) {
            throw new UnreadableSessionException(
                    "The session is compressed: give the store with the compression layer", null);
        }
        return SessionRecord.of(stored);
    }

    /** The value of an attribute, as text; empty if it cannot be shown. */
    public Optional<String> value(String name, EncodedValue value) {
        Optional<String> shown = ValueStructure.json(value.codec(), value.bytes());
        if (shown.isEmpty()) {
            shown = codecs.stream()
                    .filter(codec -> codec.id() == value.codec())
                    .findFirst()
                    .map(codec -> decoded(codec, name, value));
        }
        return shown.map(this::cut);
    }

    /** Codecs and classes of the application may fail in any way. */
    private static String decoded(AttributeCodec codec, String name, EncodedValue value) {
        try {
            return String.valueOf(codec.decode(name, value.bytes()));
        } catch (SojournException e) {
            return "cannot be decoded: " + e.getMessage();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return "cannot be decoded: " + e.getClass().getName();
        }
    }

    private String cut(String text) {
        int end = Math.min(text.length(), longest);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return end == text.length() ? text : text.substring(0, end) + "…";
    }
}
