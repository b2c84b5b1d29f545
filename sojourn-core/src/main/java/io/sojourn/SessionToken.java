package io.sojourn;

import io.sojourn.bytes.Base64Url;
import io.sojourn.bytes.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a client holds: the id of its session and a secret that proves the right to it. Both have fixed lengths and are
 * written one after the other, with nothing in between. The store keeps only the {@link #verifier()} of the secret, so a
 * reader of the store, its traffic or a log can name sessions but open none. Made after the split tokens of OWASP's advice
 * on "selector and verifier".
 *
 * <p>There is no dot in it because load balancers (mod_proxy_balancer, mod_jk) take what follows the dot of a session cookie
 * for the route to a server, and write it into their logs.
 *
 * <p>{@link #toString()} shows the id alone; {@link #reveal()} is the one way to the secret.
 */
public final class SessionToken {

    /** Random bytes in a secret: 18, that is 144 bits; no character of their text is then partly fixed. */
    public static final int SECRET_BYTES = 18;

    /** Characters of a token's text: 46, of which the first 22 are the id. */
    public static final int LENGTH = SessionId.LENGTH + SECRET_BYTES * 8 / 6;

    /** The longest route that a load balancer may have written behind a token. */
    private static final int MAX_ROUTE_LENGTH = 64;

    private final SessionId id;

    /** The whole token. */
    private final String text;

    private SessionToken(SessionId id, String text) {
        this.id = id;
        this.text = text;
    }

    /** A token for this session with a new secret. */
    public static SessionToken random(SessionId id, RandomGenerator random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return new SessionToken(id, id + Base64Url.encode(bytes));
    }

    /**
     * The token that is derived from a secret text: the same one each time. Neither the id nor the stored verifier tells anything
     * about the text, and only those who know the text can compute the token's secret.
     *
     * @param purpose what the token is for; with another purpose the same text gives another token
     */
    public static SessionToken derived(String purpose, String text) {
        byte[] id = Arrays.copyOf(hash(purpose + " id", text), SessionId.BYTES);
        byte[] secret = Arrays.copyOf(hash(purpose + " secret", text), SECRET_BYTES);
        SessionId named = SessionId.trusted(Base64Url.encode(id));
        return new SessionToken(named, named + Base64Url.encode(secret));
    }

    private static byte[] hash(String purpose, String text) {
        return Sha256.of((purpose + '\0' + text).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a token from a client's text. Empty for a text of any other shape; the store is never asked about such a
     * text. Takes the same steps wherever in the token the fault is, and allocates nothing for a refused text.
     *
     * <p>Two more shapes are read, and are equal to the same token without them: a dot between the id and the secret, as
     * earlier versions wrote it, and the route of a load balancer at the end: a dot and 1 to 64 characters of base64url.
     * {@link #reveal()} gives neither back.
     */
    public static Optional<SessionToken> parse(String text) {
        int idEnd = SessionId.LENGTH;
        int secretFrom = text.length() > idEnd && text.charAt(idEnd) == '.' ? idEnd + 1 : idEnd;
        int end = secretFrom + LENGTH - idEnd;
        if (text.length() < end
                || !isNothingOrRoute(text, end)
                || !Base64Url.isCanonical(text, 0, idEnd, SessionId.BYTES)
                || !Base64Url.isCanonical(text, secretFrom, end, SECRET_BYTES)) {
            return Optional.empty();
        }
        String id = text.substring(0, idEnd);
        String whole = text.length() == LENGTH ? text : id + text.substring(secretFrom, end);
        return Optional.of(new SessionToken(SessionId.trusted(id), whole));
    }

    private static boolean isNothingOrRoute(String text, int from) {
        int length = text.length() - from - 1;
        return length < 0
                || (length >= 1
                        && length <= MAX_ROUTE_LENGTH
                        && text.charAt(from) == '.'
                        && Base64Url.isAlphabet(text, from + 1, text.length()));
    }

    /** The session that this token names, whether or not it opens it. */
    public SessionId id() {
        return id;
    }

    /** The 46 characters, secret included: for the client's cookie, and for nothing that is logged or stored. */
    public String reveal() {
        return text;
    }

    /** SHA-256 of the secret's bytes: what the store may keep. */
    public byte[] verifier() {
        return Sha256.of(text, SessionId.LENGTH, LENGTH);
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
