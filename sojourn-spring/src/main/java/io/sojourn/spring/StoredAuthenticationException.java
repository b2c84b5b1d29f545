package io.sojourn.spring;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;

/**
 * Stands in a session for the exception of a failed login whose class the codec does not take. It keeps the message, and login pages can
 * cast it.
 */
final class StoredAuthenticationException extends AuthenticationException {

    private static final long serialVersionUID = 1;

    private StoredAuthenticationException(@Nullable String message) {
        super(Objects.requireNonNullElse(message, ""));
    }

    /** What is stored instead of the exception; itself if it is not one of a failed login. */
    static Throwable of(Throwable thrown) {
        return thrown instanceof AuthenticationException
                ? new StoredAuthenticationException(thrown.getMessage())
                : thrown;
    }
}
