package io.sojourn;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a client holds: the id of its session and a secret that proves the right to it, written
 * <code>&lt;id&gt;.&lt;secret&gt;</code>. The store keeps only the {@link #verifier()} of the secret, so who reads the
 * store, its traffic or a log can name sessions but open none. Made after the split tokens of OWASP's advice on
 * "selector and verifier".
 *
 * <p>{@link #toString()} shows the id alone; {@link #reveal()} is the one way to the secret.
 */
public final class SessionToken {

    /** Random bytes in a secret: 18, that is 144 bits; no character of their text is then partly fixed. */
    public static final int SECRET_BYTES = 18;

    /** Characters of a token's text: 47. Nothing longer or shorter is looked at. */
    public static final int LENGTH = SessionId.LENGTH + 1 + SECRET_BYTES * 8 / 6;

    private static final int SECRET_FROM = SessionId.LENGTH + 1;

    private final SessionId id;

    /** The whole token. */
    private final String text;

    private SessionToken(SessionId id, String text) {
        this.id = id;
        this.text = text;
    }

    /** A token for this session with a new secret. */
    static SessionToken random(SessionId id, RandomGenerator random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return new SessionToken(id, id + "." + Base64Url.encode(bytes));
    }

    /**
     * Reads a token from a client's text. Empty for a text of any other shape; the store is never asked about such a
     * text. Takes the same steps wherever in the text the fault is, and allocates nothing for a refused text.
     */
    public static Optional<SessionToken> parse(String text) {
        int dot = SessionId.LENGTH;
        if (text.length() != LENGTH
                || text.charAt(dot) != '.'
                || !Base64Url.isCanonical(text, 0, dot, SessionId.BYTES)
                || !Base64Url.isCanonical(text, SECRET_FROM, LENGTH, SECRET_BYTES)) {
            return Optional.empty();
        }
        return Optional.of(new SessionToken(SessionId.trusted(text.substring(0, dot)), text));
    }

    /** The session that this token names, whether or not it opens it. */
    public SessionId id() {
        return id;
    }

    /** The whole token, secret included: for the client's cookie, and for nothing that is logged or stored. */
    public String reveal() {
        return text;
    }

    /** SHA-256 of the secret's bytes: what the store may keep. */
    byte[] verifier() {
        return Sha256.of(text, SECRET_FROM, LENGTH);
    }

    /** Whether this token's secret has that verifier; takes the same time wherever they differ. */
    boolean hasVerifier(byte[] stored) {
        return Sha256.is(stored, text, SECRET_FROM, LENGTH);
    }

    /** Whether two verifiers are the same; takes the same time wherever they differ. */
    static boolean same(byte[] verifier, byte @Nullable [] stored) {
        return stored != null && MessageDigest.isEqual(verifier, stored);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionToken that
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.US_ASCII), that.text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The id and a mark in place of the secret. */
    @Override
    public String toString() {
        return id + ".***";
    }
}
