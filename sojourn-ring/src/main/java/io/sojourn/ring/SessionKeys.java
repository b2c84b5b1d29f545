package io.sojourn.ring;

import clojure.lang.Keyword;
import clojure.lang.Symbol;
import io.sojourn.SessionId;
import io.sojourn.SessionToken;
import io.sojourn.ValueNotAcceptedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** What a key that Ring hands over can mean. */
final class SessionKeys {

    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final int ID_BYTES = 16;

    /** Of those, what depends on the name alone. */
    private static final int NAME_BYTES = 12;

    private static final int LONGEST_NAME = 1_000;

    private final String oldPrefix;

    SessionKeys(String prefix) {
        this.oldPrefix = prefix + ":";
    }

    /** A key that we gave out: a token, but none of a session that has a name of the application's own. */
    static Optional<SessionToken> token(Object key) {
        return key instanceof String text
                ? SessionToken.parse(text).filter(token -> !isOfName(token.id()))
                : Optional.empty();
    }

    /** Whether it is the id of a session that the application named. A random one is with a chance of one in 2^32. */
    static boolean isOfName(SessionId id) {
        byte[] bytes = Base64.getUrlDecoder().decode(id.toString());
        return Arrays.equals(bytes, NAME_BYTES, ID_BYTES, nameMark(bytes), 0, ID_BYTES - NAME_BYTES);
    }

    /** What ends the id of a named session, computed from what it begins with. */
    private static byte[] nameMark(byte[] id) {
        MessageDigest digest = sha512();
        digest.update("sojourn ring name".getBytes(StandardCharsets.UTF_8));
        digest.update(id, 0, NAME_BYTES);
        return digest.digest();
    }

    /** Whether it has the shape of the older store's keys, prefix and all. Nothing else is ever asked for as it is. */
    boolean isOld(Object key) {
        return key instanceof String text
                && text.length() == oldPrefix.length() + 36
                && text.startsWith(oldPrefix)
                && UUID_TEXT
                        .matcher(text)
                        .region(oldPrefix.length(), text.length())
                        .matches();
    }

    /** Whether an application may give a session this name: nothing else has ever been stored under such a key. */
    static boolean canBeName(Object key) {
        if (key instanceof String text) {
            return text.length() <= LONGEST_NAME;
        }
        return key instanceof Keyword || key instanceof Symbol || key instanceof Number || key instanceof UUID;
    }

    /**
     * The token of a session that the application itself named. It is computed from the name, so whoever guesses the name can
     * compute it, too. Hence its id has a mark by which it is known when a client shows it, and is refused.
     *
     * <p>A name of the older store's shape has no mark: it is hard to guess, and a client may have it.
     */
    SessionToken named(Object key) {
        if (!canBeName(key)) {
            throw new ValueNotAcceptedException(
                    "session key",
                    key.getClass().getName(),
                    "must be a string of up to " + LONGEST_NAME
                            + " characters, a keyword, a symbol, a number or a UUID.",
                    null);
        }
        String name = EdnWriter.write("session key", key, 2 * LONGEST_NAME + 100);
        byte[] digest = sha512().digest(("sojourn ring session " + name).getBytes(StandardCharsets.UTF_8));
        if (!isOld(key)) {
            System.arraycopy(nameMark(digest), 0, digest, NAME_BYTES, ID_BYTES - NAME_BYTES);
        }
        String text = encoded(digest, 0, ID_BYTES) + encoded(digest, ID_BYTES, SessionToken.SECRET_BYTES);
        return SessionToken.parse(text).orElseThrow();
    }

    private static String encoded(byte[] digest, int from, int length) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(digest, from, from + length));
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-512", e);
        }
    }
}
