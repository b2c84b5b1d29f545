package io.sojourn.example.shop.launcher;

import java.io.Serial;

/** The demonstration cannot start; the message says in one line why, and what to do. */
final class CannotStartException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    CannotStartException(String message) {
        super(message);
    }
}
