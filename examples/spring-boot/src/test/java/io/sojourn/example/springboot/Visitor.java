package io.sojourn.example.springboot;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** A browser. Cookies do not tell ports apart (RFC 6265, 8.5), so it shows both nodes the same one. */
final class Visitor {

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    /** The status. */
    int post(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(port, path))
                .POST(BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** The page. */
    String get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(port, path)).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Another browser with the same cookies, as of now. */
    Visitor copy() {
        Visitor copy = new Visitor();
        cookies.getCookieStore()
                .getURIs()
                .forEach(uri -> cookies.getCookieStore()
                        .get(uri)
                        .forEach(cookie -> copy.cookies.getCookieStore().add(uri, cookie)));
        return copy;
    }
}
