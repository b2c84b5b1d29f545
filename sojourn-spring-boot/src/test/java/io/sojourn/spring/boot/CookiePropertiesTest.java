package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Spring Boot's properties of the session and its cookie, as a browser sees their effect. */
class CookiePropertiesTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern VALUE = Pattern.compile("=[^;]+");
    private static final Pattern TIME = Pattern.compile("Expires=[^;]+");

    private static HttpResponse<String> get(Node node, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + node.port() + path);
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    /** The session cookie that a page sets, without its value. */
    private static String cookie(Node node, String path) throws Exception {
        List<String> cookies = get(node, path).headers().allValues("Set-Cookie");
        assertThat(cookies).hasSize(1);
        String withoutValue = VALUE.matcher(cookies.get(0)).replaceFirst("=…");
        return TIME.matcher(withoutValue).replaceFirst("Expires=…");
    }

    private static Node node(String... properties) {
        String[] all = Arrays.copyOf(properties, properties.length + 1);
        all[properties.length] = "sojourn.store=memory";
        return Node.start(all);
    }

    @Test
    void withoutPropertiesTheCookieIsCalledSession() throws Exception {
        try (Node node = node()) {
            assertThat(cookie(node, "/public/empty")).isEqualTo("SESSION=…; Path=/; HttpOnly; SameSite=Lax");
        }
    }

    @Test
    void contextPathIsThePathOfTheCookie() throws Exception {
        try (Node node = node("server.servlet.context-path=/shop")) {
            assertThat(cookie(node, "/shop/public/empty")).isEqualTo("SESSION=…; Path=/shop; HttpOnly; SameSite=Lax");
        }
    }

    @Test
    void eachPropertyOfTheCookieIsHonoured() throws Exception {
        String prefix = "server.servlet.session.cookie.";
        try (Node node = node(
                prefix + "name=SHOP",
                prefix + "domain=shop.example",
                prefix + "path=/public",
                prefix + "http-only=false",
                prefix + "secure=true",
                prefix + "partitioned=true",
                prefix + "max-age=7d",
                prefix + "same-site=none")) {
            assertThat(cookie(node, "/public/empty"))
                    .isEqualTo("SHOP=…; Path=/public; Domain=shop.example; Max-Age=604800; Expires=…;"
                            + " Secure; SameSite=None; Partitioned");
        }
    }

    @Test
    void sameSiteIsOmittedOnDemandAndTheHostPrefixIsSet() throws Exception {
        try (Node node = node(
                "server.servlet.session.cookie.same-site=omitted",
                "server.servlet.session.cookie.secure=true",
                "sojourn.cookie.host-prefix=true")) {
            assertThat(cookie(node, "/public/empty")).isEqualTo("__Host-SESSION=…; Path=/; Secure; HttpOnly");
        }
    }

    @Test
    void timeoutIsTheOneOfTheSession() throws Exception {
        try (Node node = node("server.servlet.session.timeout=600")) {
            String cookie = get(node, "/public/empty")
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow()
                    .split(";", 2)[0];
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + node.port() + "/public/interval"))
                    .header("Cookie", cookie)
                    .build();
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).body()).isEqualTo("600");
        }
    }
}
