package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.servlet.web.Site;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTP/2 without TLS, as between a proxy and its servers. */
@DisabledIfSystemProperty(
        named = "sojourn.container",
        matches = "undertow",
        disabledReason = "The Undertow of these tests is set up without HTTP/2")
class Http2Test {

    @RegisterExtension
    static final Site site = new Site();

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    private static HttpResponse<String> get(String cookie) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.address().resolve("/"));
        if (!cookie.isEmpty()) {
            request.header("Cookie", Site.COOKIE + "=" + cookie);
        }
        HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return response;
    }

    @Test
    void sessionIsSavedBeforeTheResponseLeavesInHttp2() throws Exception {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            response.flushBuffer();
            assertThat(site.store().commands()).containsExactly("commit");
            response.getWriter().print("hello");
        });
        HttpResponse<String> response = get("");
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.headers().allValues("set-cookie")).hasSize(1);
    }

    @Test
    void sessionIsFoundInHttp2() throws Exception {
        Session stored = site.stored("user", "ada");
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("user")));
        assertThat(get(stored.token().reveal()).body()).isEqualTo("ada");
        assertThat(site.store().commands()).containsExactly("load");
    }
}
