package io.sojourn.ring;

import clojure.lang.Keyword;
import clojure.lang.Symbol;
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
    private static final int LONGEST_NAME = 1_000;

    private final String oldPrefix;

    SessionKeys(String prefix) {
        this.oldPrefix = prefix + ":";
    }

    /** A key that we gave out. */
    static Optional<SessionToken> token(Object key) {
        return key instanceof String text ? SessionToken.parse(text) : Optional.empty();
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
     * The token of a session that the application itself named. Computed from the name, and so as hard to guess as the name;
     * it is never handed out.
     */
    static SessionToken named(Object key) {
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
        String text = encoded(digest, 0, ID_BYTES) + "." + encoded(digest, ID_BYTES, SessionToken.SECRET_BYTES);
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
