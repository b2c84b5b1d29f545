package io.sojourn.testkit;

import java.io.Serial;

/**
 * The server answered with an error. The message is the server's own, such as
 * {@code WRONGTYPE Operation against a key holding the wrong kind of value}.
 */
public final class RedisReplyException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    RedisReplyException(String message) {
        super(message);
    }

    /** The first word of the message, which by custom tells the kind of error: {@code ERR}, {@code WRONGTYPE}, {@code NOAUTH}. */
    public String code() {
        String message = String.valueOf(getMessage());
        int space = message.indexOf(' ');
        return space < 0 ? message : message.substring(0, space);
    }
}
