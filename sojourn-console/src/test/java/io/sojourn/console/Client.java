package io.sojourn.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests byte for byte: other clients do not let a test choose Host and Origin. */
final class Client {

    static final String ROOT = "/ops/console";

    /** An answer; names of headers in lower case. */
    record Reply(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    private final int port;

    Client(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    /** What the page sends with each of its calls. */
    Map<String, String> ofThePage() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", "localhost:" + port);
        headers.put("Origin", "http://localhost:" + port);
        headers.put("Sec-Fetch-Site", "same-origin");
        headers.put("Sojourn-Console", "1");
        headers.put("Content-Type", "application/json");
        return headers;
    }

    Reply get(String path) {
        return send("GET", ROOT + path, Map.of("Host", "localhost:" + port), "");
    }

    Reply call(String what, Map<String, ?> body) {
        return call(what, ofThePage(), body);
    }

    Reply call(String what, Map<String, String> headers, Map<String, ?> body) {
        return send("POST", ROOT + "/api/" + what, headers, JsonMapper.shared().writeValueAsString(body));
    }

    Reply send(String method, String uri, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder request = new StringBuilder(method + " " + uri + " HTTP/1.1\r\n");
        headers.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
        request.append("Connection: close\r\n");
        if (bytes.length > 0) {
            request.append("Content-Length: " + bytes.length + "\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return reply(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply reply(String text) {
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String before = headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
            if (before != null) {
                throw new IllegalStateException("twice: " + lines[i]);
            }
        }
        int status = Integer.parseInt(Objects.requireNonNull(lines[0]).split(" ", -1)[1]);
        return new Reply(status, headers, text.substring(end + 4));
    }
}
