package io.sojourn.example.shop;

import java.io.Serial;

/** A request that cannot be answered as it was meant, by the fault of the one who sent it. */
final class RefusedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status the HTTP status
     * @param message one line for the one who sent the request
     */
    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
