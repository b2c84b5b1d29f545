package io.sojourn.spring;

import org.jspecify.annotations.Nullable;

/**
 * Stands in a stored exception for a cause whose class the codec does not take, and for a whole exception that is not one of a failed login. It keeps the class name and the message.
 */
final class StoredException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StoredException(String className, @Nullable String message) {
        super(message == null ? className : className + ": " + message, null, false, false);
    }
}
