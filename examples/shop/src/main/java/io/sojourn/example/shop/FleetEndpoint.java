package io.sojourn.example.shop;

import io.sojourn.example.shop.settings.NodeSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells which nodes there are, so that the page can lead on to the others. */
final class FleetEndpoint {

    private static final int CONNECT_MILLIS = 300;

    private final NodeSettings node;

    FleetEndpoint(NodeSettings node) {
        this.node = node;
    }

    Answer tell() {
        return Answer.ok(Map.of(
                "node",
                node.name(),
                "nodes",
                node.numbers().mapToObj(this::describe).toList()));
    }

    private Map<String, Object> describe(int number) {
        int port = node.ports().get(number - 1);
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", NodeSettings.name(number));
        described.put("url", "http://127.0.0.1:" + port + "/");
        described.put("port", port);
        described.put("up", number == node.number() || accepts(port));
        return described;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
