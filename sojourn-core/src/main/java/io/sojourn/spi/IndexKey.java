package io.sojourn.spi;

import io.sojourn.bytes.Base64Url;
import io.sojourn.bytes.Sha256;
import io.sojourn.log.Printable;
import java.nio.charset.StandardCharsets;

/**
 * What sessions are found by: the name of an index and a value in it. Of the value only a hash gets here, so that no text
 * of a user becomes part of a store's key, whatever its length and characters.
 *
 * @param name the index: {@value #PRINCIPAL}, or one that the application named; a lower-case letter, then up to 30
 *     lower-case letters, digits and hyphens
 * @param hash SHA-256 of the value's UTF-8, in 43 characters of base64url
 */
public record IndexKey(String name, String hash) {

    /** The index of who is signed in: {@value}. */
    public static final String PRINCIPAL = "principal";

    private static final int LONGEST_NAME = 31;
    private static final int HASH_LENGTH = 43;

    /** Refuses what is not safe in a key. */
    public IndexKey {
        requireName(name);
        if (hash.length() != HASH_LENGTH || !Base64Url.isAlphabet(hash, 0, HASH_LENGTH)) {
            throw new IllegalArgumentException("the hash must be 43 characters of base64url");
        }
    }

    /** The key of a value. */
    public static IndexKey of(String name, String value) {
        return new IndexKey(name, Base64Url.encode(Sha256.of(value.getBytes(StandardCharsets.UTF_8))));
    }

    /** Whether this can name an index. */
    public static boolean isName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || !isLowerCaseLetter(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLowerCaseLetter(c) && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLowerCaseLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    /**
     * Gives the name back.
     *
     * @throws IllegalArgumentException if it cannot name an index
     */
    public static String requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("The name of an index is a lower-case letter and up to 30 lower-case"
                    + " letters, digits and hyphens; " + Printable.quoted(name) + " is not");
        }
        return name;
    }
}
