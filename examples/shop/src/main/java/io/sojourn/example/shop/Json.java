package io.sojourn.example.shop;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;

/** JSON in and out. */
final class Json {

    /** The largest body that is read: 1 MiB. */
    static final int BODY_LIMIT = 1024 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /**
     * The body of a request as maps, lists, strings, numbers and booleans; null for JSON's null.
     *
     * @throws RefusedException if it is too large, or is not JSON
     */
    static @Nullable Object body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > BODY_LIMIT) {
            throw tooLarge();
        }
        byte[] body = request.getInputStream().readNBytes(BODY_LIMIT + 1);
        if (body.length > BODY_LIMIT) {
            throw tooLarge();
        }
        if (body.length == 0) {
            throw new RefusedException(400, "the request has no body; send JSON");
        }
        try {
            return MAPPER.readValue(body, Object.class);
        } catch (JacksonException e) {
            throw new RefusedException(400, "the body is not JSON" + where(e.getLocation()));
        }
    }

    private static RefusedException tooLarge() {
        return new RefusedException(413, "the body is larger than " + BODY_LIMIT + " bytes");
    }

    // The parser's own message quotes the body; the place is enough to find the mistake.
    private static String where(@Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : ": see line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** A session's value as JSON can show it: what JSON does not know, as its text. */
    static @Nullable Object showable(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            map.forEach((key, element) -> shown.put(String.valueOf(key), showable(element)));
            return shown;
        }
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(Json::showable).toList();
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        return value.toString();
    }
}
