package io.sojourn.redis.connection;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a node of a cluster sends a client that asked for a slot it does not have, having done nothing.
 *
 * @param asking whether the slot is only on its way there, and this one command is to be announced by {@code ASKING}
 */
public record Redirection(String host, int port, boolean asking) {

    private static final Pattern WORDS = Pattern.compile("(MOVED|ASK) \\d+ ([^ ]+):(\\d{1,5})");

    /** Null if the failure is another. */
    public static @Nullable Redirection of(Throwable failure) {
        Matcher words = WORDS.matcher(LettuceExceptions.refusal(failure));
        return words.matches()
                ? new Redirection(
                        words.group(2),
                        Integer.parseInt(words.group(3)),
                        words.group(1).equals("ASK"))
                : null;
    }
}
