package io.sojourn.spring.boot.console;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Says who may see the console at {@code sojourn.console.path}. A bean of this type takes the place of {@code sojourn.console.role}. Without both, every
 * request to the console is answered with 403.
 */
@FunctionalInterface
public interface ConsoleOperators {

    /**
     * The name of the operator who sends a request; null or empty for one who may not see the console. If it throws, the answer is 403.
     * The name stands in the audit log beside everything that the operator does.
     */
    @Nullable
    String nameOf(HttpServletRequest request);
}
