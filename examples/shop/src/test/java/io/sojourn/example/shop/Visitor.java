package io.sojourn.example.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody with a browser's one cookie, and a memory of every secret that was ever in it. Thread-safe, as a browser is. */
final class Visitor {

    private static final Pattern SESSION = Pattern.compile("SESSION=([^;]*)");
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final Map<String, String> headers = new ConcurrentHashMap<>();
    private volatile String token;

    /** A stranger. */
    Visitor() {
        this("");
    }

    /** Somebody who shows that text as the cookie. */
    Visitor(String token) {
        this.token = token;
    }

    /** Sends that header along from now on. */
    Visitor with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    String token() {
        return token;
    }

    Set<String> secrets() {
        return secrets;
    }

    Reply get(String url) {
        return send("GET", url, "");
    }

    Reply post(String url) {
        return send("POST", url, "");
    }

    Reply post(String url, String body) {
        return send("POST", url, body);
    }

    Reply put(String url, String body) {
        return send("PUT", url, body);
    }

    Reply send(String method, String url, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Cookie", "SESSION=" + token);
        }
        headers.forEach(request::header);
        try {
            long start = System.nanoTime();
            HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            response.headers().allValues("Set-Cookie").forEach(this::take);
            return new Reply(response.statusCode(), response.headers(), response.body(), took);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + url + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void take(String setCookie) {
        Matcher session = SESSION.matcher(setCookie);
        if (session.find()) {
            token = session.group(1);
            if (!token.isEmpty()) {
                secrets.add(token.substring(22));
            }
        }
    }
}
