package io.sojourn.format;

import java.io.Serial;

/** Bytes are no packed record of a format that this version knows. The message tells where, never what. */
public final class MalformedRecordException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    MalformedRecordException(String message) {
        super(message);
    }
}
