package io.sojourn.example.shop;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** What a node answered, and how long that took. */
record Reply(int status, HttpHeaders headers, String body, Duration took) {

    @SuppressWarnings("unchecked")
    Map<String, Object> json() {
        return JsonMapper.shared().readValue(body, Map.class);
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> list() {
        return JsonMapper.shared().readValue(body, List.class);
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> attributes() {
        return (Map<String, Object>) Objects.requireNonNull(json().get("attributes"));
    }

    Optional<String> setCookie() {
        return headers.firstValue("Set-Cookie");
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }
}
