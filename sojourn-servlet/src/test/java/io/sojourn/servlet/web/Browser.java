package io.sojourn.servlet.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A client that keeps its cookies and follows no redirect. */
public final class Browser {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    private final Traffic traffic;
    private @Nullable String authorization;

    Browser(URI base, Traffic traffic) {
        this.base = base;
        this.traffic = traffic;
    }

    /** Sets a cookie by hand. */
    public Browser with(String name, String value) {
        cookies.put(name, value);
        return this;
    }

    /** Signs in with each request (RFC 7617). */
    public Browser authorized(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
        return this;
    }

    /** What it would send under that name; null if nothing. */
    public @Nullable String cookie(String name) {
        return cookies.get(name);
    }

    public Reply get(String path) {
        Reply reply = cookies.isEmpty() ? send(path) : send(path, cookieHeader());
        reply.cookies().forEach(this::keep);
        return reply;
    }

    /** Follows redirects, as browsers do, but no more than a few. */
    public Reply follow(Reply first) {
        Reply reply = first;
        for (int i = 0; i < 5 && reply.header("Location").isPresent(); i++) {
            reply = get(base.resolve(reply.header("Location").orElseThrow()).getPath());
        }
        return reply;
    }

    /** Sends a form. */
    public Reply post(String path, Map<String, String> fields) {
        String form = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        if (!cookies.isEmpty()) {
            request.header("Cookie", cookieHeader());
        }
        Reply reply = exchange(path, request.build());
        reply.cookies().forEach(this::keep);
        return reply;
    }

    private String cookieHeader() {
        return cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    /** With exactly these {@code Cookie} headers; keeps none of the answer. */
    public Reply send(String path, String... cookieHeaders) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        for (String header : cookieHeaders) {
            request.header("Cookie", header);
        }
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return exchange(path, request.build());
    }

    private Reply exchange(String path, HttpRequest request) {
        int before = traffic.active();
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            traffic.settle(before);
            Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
            return new Reply(response.statusCode(), headers, response.body());
        } catch (IOException e) {
            throw new AssertionError("No answer to " + path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void keep(String setCookie) {
        String pair = setCookie.split(";", 2)[0];
        String name = pair.substring(0, pair.indexOf('='));
        String value = pair.substring(pair.indexOf('=') + 1);
        if (setCookie.contains("; Max-Age=0")) {
            cookies.remove(name);
        } else {
            cookies.put(name, value);
        }
    }
}
