package io.sojourn.example.shop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Commands to one tab of a browser, and what it complains of. */
final class DevTools implements WebSocket.Listener, AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<?, ?>>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();
    private @Nullable WebSocket socket;

    private DevTools() {}

    static DevTools connect(URI tab) {
        DevTools devTools = new DevTools();
        devTools.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(tab, devTools)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        return devTools;
    }

    Map<?, ?> call(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<Map<?, ?>> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        String text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
        Objects.requireNonNull(socket).sendText(text, true).join();
        return reply.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            receive(JSON.readValue(message.toString(), Map.class));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void receive(Map<?, ?> received) {
        if (received.get("id") instanceof Integer id) {
            CompletableFuture<Map<?, ?>> reply = waiting.remove(id);
            if (reply != null && received.get("result") instanceof Map<?, ?> result) {
                reply.complete(result);
            } else if (reply != null) {
                reply.completeExceptionally(new IllegalStateException(String.valueOf(received.get("error"))));
            }
        } else if (String.valueOf(received.get("method")).matches("Log.entryAdded|Runtime.exceptionThrown")) {
            String complaint = String.valueOf(received.get("params"));
            // Without answers other than 200, which tests bring about, and without Chromium's advice on a page.
            if (!complaint.contains("source=network") && !complaint.contains("level=verbose")) {
                complaints.add(complaint);
            }
        }
    }

    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        Objects.requireNonNull(socket).abort();
    }
}
