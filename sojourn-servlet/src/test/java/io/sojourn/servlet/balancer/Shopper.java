package io.sojourn.servlet.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A visitor of the shop, through the load balancer, who keeps all cookies. */
final class Shopper {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI address;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private int visits;

    Shopper(int port) {
        address = URI.create("http://127.0.0.1:" + port);
    }

    @Nullable
    String cookie(String name) {
        return cookies.get(name);
    }

    void cookie(String name, String value) {
        cookies.put(name, value);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path));
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
        for (String header : response.headers().allValues("Set-Cookie")) {
            String[] pair = header.split(";", 2)[0].split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return response;
    }

    Shopper signIn(String user) throws IOException, InterruptedException {
        get("/"); // An anonymous session first, as in life: the sign-in replaces its secret.
        visits = 2;
        assertThat(get("/in?user=" + user).body()).isEqualTo(user + " 2");
        return this;
    }

    /** Visits a page, where the user must be known and no visit be lost; tells which server answered. */
    String visit(String user) throws IOException, InterruptedException {
        HttpResponse<String> response = get("/");
        visits++;
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(user + " " + visits);
        return response.headers().firstValue(ShopNode.NODE).orElseThrow();
    }
}
