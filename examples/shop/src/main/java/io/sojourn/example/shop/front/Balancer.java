package io.sojourn.example.shop.front;

import io.sojourn.example.shop.Answer;
import io.sojourn.example.shop.OtherSites;
import io.sojourn.example.shop.Page;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hands each request to a node, in turn, and its answer back as a whole. A request is repeated at another node where that is
 * safe: always if the node took no connection; and if the node died or fell silent before it had answered, when the method
 * is one that may be repeated (RFC 9110, 9.2.2). What may have been done and must not be done twice is told as 502 or 504.
 *
 * <p>The page's files it sends itself, so that the page is there, with its tiles, while no node is.
 */
final class Balancer extends HttpServlet {

    @Serial
    private static final long serialVersionUID = 1L;

    /** As much as a node takes, and one more, for which the node says what is wrong. */
    private static final int BODY_LIMIT = 1024 * 1024 + 1;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int LOOK_MILLIS = 50;
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");
    private static final Map<String, String> SOON = Map.of("Retry-After", "1");

    /**
     * What concerns one connection, and the length, which both sides count themselves. What {@code Origin} is compared with, the
     * {@code Host}, is another one at the nodes, so the comparison is made here.
     */
    private static final Set<String> OF_ONE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "origin",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final transient HttpClient client;
    private final transient Backends backends;
    private final transient Page page;
    private final transient @Nullable SpringComparison spring;

    /**
     * @param spring is told of the clicks that were answered; null for none
     */
    Balancer(HttpClient client, Backends backends, Page page, @Nullable SpringComparison spring) {
        this.client = client;
        this.backends = backends;
        this.page = page;
        this.spring = spring;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Page.@Nullable File file = page.file(request.getServletPath());
        if (file != null && request.getMethod().matches("GET|HEAD")) {
            file.send(request, response);
            return;
        }
        if (!request.getMethod().matches("GET|HEAD") && OtherSites.sent(request)) {
            Answer.error(403, "pages of other sites may change nothing here").send(response);
            return;
        }
        byte[] body = request.getInputStream().readNBytes(BODY_LIMIT);
        try {
            balance(request, body, response);
        } catch (IllegalArgumentException e) {
            Answer.error(400, "the request cannot be handed on").send(response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(503, "the demonstration stops").send(response);
        }
    }

    private void balance(HttpServletRequest request, byte[] body, HttpServletResponse response)
            throws IOException, InterruptedException {
        boolean repeatable = REPEATABLE.contains(request.getMethod());
        List<Backend> tried = new ArrayList<>();
        while (true) {
            Optional<Backend> next = backends.next(tried);
            if (next.isEmpty()) {
                failed(502, "no node answers; start one").send(response);
                return;
            }
            Backend backend = next.get();
            tried.add(backend);
            double atMillis = Click.nowMillis();
            CompletableFuture<HttpResponse<byte[]>> answer =
                    client.sendAsync(forwarded(backend, request, body), BodyHandlers.ofByteArray());
            try {
                HttpResponse<byte[]> answered = await(answer, backend, repeatable, tried);
                if (spring != null) {
                    spring.follow(request, body, answered, atMillis);
                }
                hand(answered, response);
                return;
            } catch (ExecutionException e) {
                backend.note(e.getCause());
                if (!repeatable && !(e.getCause() instanceof ConnectException)) {
                    failed(502, "the node ended before it answered, and may have done what was asked")
                            .send(response);
                    return;
                }
            } catch (TimeoutException e) {
                answer.cancel(true);
                if (!repeatable || !backends.hasOtherThan(tried)) {
                    failed(504, "the node does not answer, and may do what was asked")
                            .send(response);
                    return;
                }
            }
        }
    }

    /** Waits for the answer; gives up when the node is known to be silent and another one is not. */
    private HttpResponse<byte[]> await(
            CompletableFuture<HttpResponse<byte[]>> answer, Backend backend, boolean repeatable, List<Backend> tried)
            throws ExecutionException, InterruptedException, TimeoutException {
        long start = System.nanoTime();
        while (true) {
            try {
                return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                boolean silent = backend.state() == Backend.State.SILENT;
                if ((silent && repeatable && backends.hasOtherThan(tried)) || System.nanoTime() - start > LIMIT_NANOS) {
                    throw e;
                }
            }
        }
    }

    private static HttpRequest forwarded(Backend backend, HttpServletRequest request, byte[] body) {
        String query = request.getQueryString();
        String target = request.getRequestURI() + (query == null ? "" : "?" + query);
        HttpRequest.Builder forwarded = HttpRequest.newBuilder(backend.resolve(target))
                .method(
                        request.getMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        Set<String> named = namedIn(Collections.list(request.getHeaders("Connection")));
        for (String name : Collections.list(request.getHeaderNames())) {
            if (isOfTheMessage(name, named)) {
                Collections.list(request.getHeaders(name)).forEach(value -> forwarded.header(name, value));
            }
        }
        return forwarded.build();
    }

    /** The headers that concern one connection since its {@code Connection} headers name them (RFC 9110, 7.6.1). */
    private static Set<String> namedIn(List<String> connection) {
        return connection.stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static boolean isOfTheMessage(String header, Set<String> named) {
        String name = header.toLowerCase(Locale.ROOT);
        return !OF_ONE_CONNECTION.contains(name) && !named.contains(name);
    }

    private static void hand(HttpResponse<byte[]> answer, HttpServletResponse response) throws IOException {
        response.setStatus(answer.statusCode());
        Set<String> named = namedIn(answer.headers().allValues("Connection"));
        answer.headers().map().forEach((name, values) -> {
            if (isOfTheMessage(name, named)) {
                values.forEach(value -> response.addHeader(name, value));
            }
        });
        response.setHeader("Via", "1.1 demo");
        response.getOutputStream().write(answer.body());
    }

    private static Answer failed(int status, String message) {
        return new Answer(status, Map.of("error", message), SOON);
    }
}
