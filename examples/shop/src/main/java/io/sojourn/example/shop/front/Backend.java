package io.sojourn.example.shop.front;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A node as the balancer sees it: by what it answers, not by what was done to it. */
final class Backend {

    /** What a node that works takes for an answer that asks nobody. Four of them share a small machine with others. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    /** What its last sign of life said. Those that come first are asked first. */
    enum State {
        UP,
        REFUSES,
        SILENT
    }

    private final URI address;
    private volatile State state = State.UP;

    Backend(int port) {
        address = URI.create("http://127.0.0.1:" + port);
    }

    State state() {
        return state;
    }

    URI resolve(String target) {
        return URI.create(address + target);
    }

    /** Asks for a sign of life, and notes what came of it. */
    void probe(HttpClient client) throws InterruptedException {
        HttpRequest health =
                HttpRequest.newBuilder(resolve("/health")).timeout(SIGN_OF_LIFE).build();
        try {
            HttpResponse<Void> answer = client.send(health, BodyHandlers.discarding());
            state = answer.statusCode() == 200 ? State.UP : State.REFUSES;
        } catch (IOException e) {
            note(e);
        }
    }

    /** Notes that a request failed. */
    void note(@Nullable Throwable failure) {
        if (failure instanceof ConnectException) {
            state = State.REFUSES;
        } else if (failure instanceof HttpTimeoutException) {
            state = State.SILENT;
        }
    }
}
