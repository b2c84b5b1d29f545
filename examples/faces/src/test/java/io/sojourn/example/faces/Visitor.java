package io.sojourn.example.faces;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser that has the order open. Cookies do not tell ports apart (RFC 6265, 8.5): both nodes see the same one. */
final class Visitor {

    private static final Pattern VIEW_STATE =
            Pattern.compile("name=\"jakarta.faces.ViewState\"[^>]* value=\"([^\"]*)\"");
    private static final Pattern MARK = Pattern.compile("class=\"marked\"");
    private static final Pattern COUNT = Pattern.compile("name=\"(order:count\\d+)\"[^>]* value=\"(\\d*)\"");

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final Map<String, String> fields = new LinkedHashMap<>();
    private String page = "";
    private String viewState = "";

    /** Opens the page anew; the status. */
    int open(int port) throws IOException, InterruptedException {
        return read(client.send(HttpRequest.newBuilder(uri(port)).build(), BodyHandlers.ofString()));
    }

    /** Fills in a field of the page that is open. */
    Visitor fill(String field, String value) {
        fields.put(field, value);
        return this;
    }

    /** Sends the form to a node, whichever the page came from; the status. */
    int press(int port, String button) throws IOException, InterruptedException {
        String form = button.substring(0, button.indexOf(':'));
        Map<String, String> sent = new LinkedHashMap<>(fields);
        sent.keySet().removeIf(name -> !name.startsWith(form));
        sent.put(form, form);
        sent.put(button, "pressed");
        sent.put("jakarta.faces.ViewState", viewState);
        String body = sent.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(uri(port))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
        return read(client.send(request, BodyHandlers.ofString()));
    }

    private int read(HttpResponse<String> response) {
        page = response.body();
        Matcher state = VIEW_STATE.matcher(page);
        if (state.find()) {
            viewState = state.group(1);
            fields.clear();
            COUNT.matcher(page).results().forEach(field -> fields.put(field.group(1), field.group(2)));
        }
        return response.statusCode();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/order.xhtml");
    }

    /** The text of an element. */
    String text(String id) {
        Matcher element = Pattern.compile("id=\"" + id + "\">([^<]*)<").matcher(page);
        return element.find() ? element.group(1) : "no " + id;
    }

    /** How many lines are marked. */
    long marks() {
        return MARK.matcher(page).results().count();
    }

    /** Another browser with the same cookies and the same page open, as of now. */
    Visitor copy() {
        Visitor copy = new Visitor();
        cookies.getCookieStore()
                .getURIs()
                .forEach(uri -> cookies.getCookieStore()
                        .get(uri)
                        .forEach(cookie -> copy.cookies.getCookieStore().add(uri, cookie)));
        copy.page = page;
        copy.viewState = viewState;
        copy.fields.putAll(fields);
        return copy;
    }
}
