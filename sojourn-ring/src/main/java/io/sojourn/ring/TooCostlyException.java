package io.sojourn.ring;

/** Says that a text holds a map or set whose keys take too long to compare. */
public final class TooCostlyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    TooCostlyException() {
        super("the keys of its maps and sets take too long to compare");
    }
}
