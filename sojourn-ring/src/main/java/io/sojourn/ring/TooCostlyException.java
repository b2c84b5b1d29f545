package io.sojourn.ring;

/** Says that a text takes too long to read, such as one with a map or set whose keys take too long to compare. */
public final class TooCostlyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    TooCostlyException(String message) {
        super(message);
    }
}
