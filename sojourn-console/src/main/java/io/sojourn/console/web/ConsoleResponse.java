package io.sojourn.console.web;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** An answer, as any server can send it. */
public final class ConsoleResponse {

    /** In ASCII, so that no program that shows it takes a part of it for a command. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /**
     * On every answer. Nothing from elsewhere, no inline script or style, no frame: what a visitor typed cannot become code. And no
     * copy of it in a cache.
     */
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Cache-Control", "no-store",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "X-Robots-Tag", "noindex");

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private ConsoleResponse(int status, String type, byte[] body, Map<String, String> more) {
        this.status = status;
        this.body = body;
        headers = new LinkedHashMap<>(ALWAYS);
        headers.put("Content-Type", type);
        headers.putAll(more);
    }

    static ConsoleResponse file(String type, byte[] body) {
        return new ConsoleResponse(200, type, body, Map.of());
    }

    static ConsoleResponse json(int status, Map<String, ?> body) {
        return new ConsoleResponse(status, "application/json", JSON.writeValueAsBytes(body), Map.of());
    }

    static ConsoleResponse error(int status, String message) {
        return json(status, Map.of("error", message));
    }

    /** An answer in plain text, with headers of its own. */
    public static ConsoleResponse text(int status, String message, Map<String, String> headers) {
        return new ConsoleResponse(
                status, "text/plain;charset=utf-8", (message + "\n").getBytes(StandardCharsets.UTF_8), headers);
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** All headers, without the length. */
    public Map<String, String> headers() {
        return headers;
    }

    /** What follows the headers; not to be changed. */
    public byte[] body() {
        return body;
    }
}
