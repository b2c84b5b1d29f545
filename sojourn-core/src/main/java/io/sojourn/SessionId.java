package io.sojourn;

import io.sojourn.bytes.Base64Url;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Names a session: 128 random bits, written as 22 characters of base64url. It may be logged and shown: an id opens
 * nothing without the secret of its {@link SessionToken}. Being checked on the way in, it is safe as a part of a key.
 */
public final class SessionId {

    /** Random bytes in an id: 16, that is 128 bits. */
    public static final int BYTES = 16;

    /** Characters of an id's text: 22. */
    public static final int LENGTH = 22;

    private final String text;

    private SessionId(String text) {
        this.text = text;
    }

    /**
     * A new id.
     *
     * @param random where the bits come from; anything but a cryptographic generator makes ids predictable
     */
    public static SessionId random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new SessionId(Base64Url.encode(bytes));
    }

    /** Reads an id from its text; empty for a text of any other shape, a second spelling of the same bits included. */
    public static Optional<SessionId> parse(String text) {
        return text.length() == LENGTH && Base64Url.isCanonical(text, 0, LENGTH, BYTES)
                ? Optional.of(new SessionId(text))
                : Optional.empty();
    }

    /**
     * Reads the id of the session that a {@linkplain Session#publicId() public id} names, such as that of an {@code
     * HttpSession}, or of a bare id; empty for a text of any other shape. The number behind the id does not count.
     */
    public static Optional<SessionId> ofPublicId(String text) {
        boolean rotated = text.length() > LENGTH && text.length() <= LENGTH + 20 && text.charAt(LENGTH) == '~';
        boolean number = rotated && text.substring(LENGTH + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return parse(number && text.length() > LENGTH + 1 ? text.substring(0, LENGTH) : text);
    }

    /** An id from a text that is known to have the right shape. */
    static SessionId trusted(String text) {
        return new SessionId(text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The 22 characters. */
    @Override
    public String toString() {
        return text;
    }
}
