package io.sojourn.example.shop;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The name of somebody, as requests give it: {@code {"user":"ada"}}. */
final class User {

    private static final int LONGEST_NAME = 100;

    private User() {}

    /**
     * The name in the body of a request.
     *
     * @throws RefusedException if there is none, or it could not be a principal
     */
    static String in(@Nullable Object body) {
        Object user = body instanceof Map<?, ?> map ? map.get("user") : null;
        if (user instanceof String name
                && !name.isBlank()
                && name.length() <= LONGEST_NAME
                && StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return name;
        }
        throw new RefusedException(400, "say who: {\"user\":\"ada\"}, with at most " + LONGEST_NAME + " characters");
    }
}
