package io.sojourn.codec.serial;

import io.sojourn.codec.allow.Refusal;
import java.util.regex.Pattern;

/**
 * Refuses regular expressions that take long to compile. A serialized one is compiled when it is first used, which would hang the
 * application.
 */
public final class RegexLimits {

    /** So many characters may one have: for some, Java takes the square of their number. */
    static final int MAX_LENGTH = 1_000;

    private RegexLimits() {}

    /** Throws a {@link Refusal} for a {@link Pattern} that is too long or has {@link Pattern#CANON_EQ}. */
    public static void check(Object value) {
        if (!(value instanceof Pattern regex)) {
            return;
        }
        if (regex.pattern().length() > MAX_LENGTH) {
            throw new Refusal(
                    Pattern.class.getName(), "has a text of more than " + MAX_LENGTH + " characters; store a String.");
        }
        // Compiles each order of the combining marks: seven of them take seconds, and eight take minutes.
        if ((regex.flags() & Pattern.CANON_EQ) != 0) {
            throw new Refusal(
                    Pattern.class.getName(),
                    "has the flag CANON_EQ, with which it can take minutes to compile; store its text as a String.");
        }
    }
}
