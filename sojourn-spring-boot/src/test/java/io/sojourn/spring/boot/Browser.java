package io.sojourn.spring.boot;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser behind a load balancer without affinity: the nodes take turns, so each request goes to another node than the one
 * before. The balancer says the site's name in forwarding headers.
 */
final class Browser {

    /** The name of the site, which the balancer tells the nodes. */
    static final String SITE = "shop.example";

    private static final Pattern CSRF_FIELD = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private final List<Integer> ports;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final List<String> received = new ArrayList<>();
    private int next;

    Browser(List<Node> nodes) {
        this.ports = nodes.stream().map(Node::port).toList();
    }

    private Browser(List<Integer> ports, Browser other) {
        this.ports = ports;
        cookies.putAll(other.cookies);
        next = other.next;
    }

    private Browser(int port) {
        this.ports = List.of(port);
    }

    /** A browser of one node in another process. */
    static Browser at(int port) {
        return new Browser(port);
    }

    /** Another browser with the same cookies, as of now, for a node that was started again. */
    Browser movedTo(int port) {
        return new Browser(List.of(port), this);
    }

    /** Another browser with the same cookies, as of now. */
    Browser copy() {
        return new Browser(ports, this);
    }

    /** An answer. */
    record Page(int status, String location, String body, HttpResponse<String> response) {

        /** The token in the form of this page. */
        String csrf() {
            Matcher field = CSRF_FIELD.matcher(body);
            if (!field.find()) {
                throw new AssertionError("No CSRF token in: " + body);
            }
            return Objects.requireNonNull(field.group(1));
        }
    }

    Map<String, String> cookies() {
        return cookies;
    }

    /** All {@code Set-Cookie} headers so far. */
    List<String> received() {
        return received;
    }

    Page get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    /** Follows redirects, through an authorization server as well. */
    Page browse(String path) {
        Page page = get(path);
        for (int hops = 0; page.status() / 100 == 3; hops++) {
            if (hops == 10) {
                throw new AssertionError("Redirected in circles to " + page.location());
            }
            page = get(page.location());
        }
        return page;
    }

    /** As {@link #post}, with a token that was fetched for it. */
    Page submit(String path, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        all.add("_csrf=" + get("/csrf").body());
        return post(path, all.toArray(String[]::new));
    }

    /** @param fields each {@code name=value}, not encoded */
    Page post(String path, String... fields) {
        String form = List.of(fields).stream()
                .map(field -> field.split("=", 2))
                .map(field -> encoded(field[0]) + "=" + encoded(field[1]))
                .collect(Collectors.joining("&"));
        return post(path, BodyPublishers.ofString(form), "Content-Type", "application/x-www-form-urlencoded");
    }

    Page post(String path, BodyPublisher body, String... headers) {
        return send(request(path, headers).POST(body));
    }

    Page delete(String path, String... headers) {
        return send(request(path, headers).DELETE());
    }

    /** Fills in the form that Spring Security makes, and follows where it leads. */
    Page signIn(String user, String password, String... more) {
        List<String> fields = new ArrayList<>(List.of("username=" + user, "password=" + password));
        fields.addAll(List.of(more));
        fields.add("_csrf=" + get("/login").csrf());
        Page answer = post("/login", fields.toArray(String[]::new));
        return answer.status() == 302 ? get(answer.location()) : answer;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        URI uri = URI.create(path);
        boolean atTheSite = uri.getHost() == null || uri.getHost().equals(SITE);
        HttpRequest.Builder request = HttpRequest.newBuilder().timeout(Duration.ofSeconds(30));
        if (atTheSite) {
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            int port = ports.get(next++ % ports.size());
            request.uri(URI.create("http://127.0.0.1:" + port + uri.getRawPath() + query))
                    .header("X-Forwarded-Host", SITE)
                    .header("X-Forwarded-Port", "80")
                    .header("X-Forwarded-For", "203.0.113.7")
                    .header("User-Agent", "Test Browser");
            if (!cookies.isEmpty()) {
                request.header(
                        "Cookie",
                        cookies.entrySet().stream()
                                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                .collect(Collectors.joining("; ")));
            }
        } else {
            request.uri(uri);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private Page send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(this::take);
            return new Page(
                    response.statusCode(),
                    response.headers().firstValue("Location").orElse(""),
                    response.body(),
                    response);
        } catch (HttpTimeoutException e) {
            throw new AssertionError("No answer in time. Meanwhile the threads do:" + threads(), e);
        } catch (IOException e) {
            throw new AssertionError("No answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    private static String threads() {
        StringBuilder all = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, calls) -> {
            all.append("\n\n").append(thread.getName()).append(' ').append(thread.getState());
            for (StackTraceElement call : calls) {
                all.append("\n  ").append(call);
            }
        });
        return all.toString();
    }

    private void take(String header) {
        received.add(header);
        String[] parts = header.split(";", 2);
        String[] pair = parts[0].split("=", 2);
        boolean cleared = header.contains("Max-Age=0") || header.contains("Expires=Thu, 01 Jan 1970");
        if (cleared) {
            cookies.remove(pair[0]);
        } else {
            cookies.put(pair[0], pair[1]);
        }
    }
}
