package io.sojourn.example.shop.front;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The one cookie of a visitor. */
final class Cookie {

    private volatile String cookie = "";

    void addTo(HttpRequest.Builder request) {
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
    }

    void take(HttpResponse<?> answer) {
        answer.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.split(";", 2)[0]);
    }
}
