package io.sojourn.servlet.web;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A response.
 *
 * @param status the status code
 * @param headers the headers, names in lower case
 * @param body the body
 */
public record Reply(int status, Map<String, List<String>> headers, String body) {

    public Optional<String> header(String name) {
        return all(name).stream().findFirst();
    }

    /** All {@code Set-Cookie} headers. */
    public List<String> cookies() {
        return all("set-cookie");
    }

    private List<String> all(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
}
