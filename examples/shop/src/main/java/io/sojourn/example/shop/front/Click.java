package io.sojourn.example.shop.front;

import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A click of the page that a node has answered.
 *
 * @param before the id of the session in the request's cookie; empty if there is none
 * @param after the id in the cookie that the answer sets, else {@code before}
 * @param atMillis when the balancer sent it to the node, in milliseconds since 1970
 * @param millis how long the node took, as the balancer measured it
 * @param answer the JSON that the node answered; empty if there is none
 * @param repeated the comparison; completed with null if Spring Session could not do the same
 */
record Click(
        String method,
        String path,
        String body,
        String before,
        String after,
        double atMillis,
        double millis,
        Map<?, ?> answer,
        CompletableFuture<@Nullable Comparison> repeated) {

    private static final Pattern COMPARED = Pattern.compile("GET /api/session"
            + "|POST /api/(visits|visits/atomic|login|logout|logout-others|logout-everywhere|admin/revoke)"
            + "|(PUT|DELETE) /api/attributes/[^/]+|DELETE /api/devices/[^/]+");
    private static final Pattern SESSION = Pattern.compile("\\bSESSION=([A-Za-z0-9_-]{22})");

    /** Whether it is a click of the page: the 500 visitors do not say, as browsers do, which site a request comes from. */
    static boolean is(HttpServletRequest request) {
        return "same-origin".equals(request.getHeader("Sec-Fetch-Site"))
                && COMPARED.matcher(request.getMethod() + " " + request.getServletPath())
                        .matches();
    }

    static Click of(HttpServletRequest request, byte[] body, HttpResponse<byte[]> answer, double atMillis) {
        String before = session(request.getHeader("Cookie"));
        String after = session(answer.headers().firstValue("Set-Cookie").orElse(null));
        return new Click(
                request.getMethod(),
                request.getServletPath(),
                new String(body, StandardCharsets.UTF_8),
                before,
                after.isEmpty() ? before : after,
                atMillis,
                nowMillis() - atMillis,
                json(answer.body()),
                new CompletableFuture<>());
    }

    private static String session(@Nullable String cookies) {
        Matcher session = SESSION.matcher(cookies == null ? "" : cookies);
        return session.find() ? session.group(1) : "";
    }

    private static Map<?, ?> json(byte[] text) {
        try {
            return JsonMapper.shared().readValue(text, Object.class) instanceof Map<?, ?> map ? map : Map.of();
        } catch (JacksonException e) {
            return Map.of(); // There is no body.
        }
    }

    /** The time in milliseconds since 1970, with microseconds behind the point, as {@code MONITOR} has it. */
    static double nowMillis() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) / 1_000.0;
    }

    /** Whether the visitor had a session before it. */
    boolean hadSession() {
        return !before.isEmpty() && !Boolean.TRUE.equals(answer.get("new"));
    }

    /** Without what the session holds. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
