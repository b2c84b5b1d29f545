package io.sojourn.example.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers.
 *
 * @param status the HTTP status
 * @param body a text goes out as it is, all else as JSON; null for none
 * @param headers what else to say
 */
public record Answer(int status, @Nullable Object body, Map<String, String> headers) {

    public Answer(int status, @Nullable Object body) {
        this(status, body, Map.of());
    }

    /** Something that answers requests of one method on one path. */
    @FunctionalInterface
    public interface Endpoint {
        Answer to(HttpServletRequest request) throws IOException;
    }

    /** There is nothing to tell, as when there is no session. */
    public static final Answer NOTHING = new Answer(204, null);

    /** 200 with this. */
    public static Answer ok(Object body) {
        return new Answer(200, body);
    }

    /** That status, and why in one line. */
    public static Answer error(int status, String message) {
        return new Answer(status, Map.of("error", message));
    }

    /** Writes it. */
    public void send(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        headers.forEach(response::setHeader);
        if (body != null) {
            boolean isText = body instanceof String;
            byte[] bytes = isText ? body.toString().getBytes(StandardCharsets.UTF_8) : Json.bytes(body);
            response.setContentType(isText ? "text/plain;charset=utf-8" : "application/json;charset=utf-8");
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
        }
    }
}
