package io.sojourn.console;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium without a window, steered over its <a href="https://chromedevtools.github.io/devtools-protocol/">DevTools
 * protocol</a>. Its mouse and its keys go through the browser, as those of a user do.
 */
final class Chromium implements WebSocket.Listener, AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--remote-debugging-port=0");

    private static final Map<String, Integer> KEYS = Map.of(
            "Tab", 9, "Enter", 13, "Escape", 27, "End", 35, "Home", 36, "ArrowUp", 38, "ArrowDown", 40, "PageDown", 34);

    private final Process process;
    private final Path profile;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<?, ?>>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final StringBuilder message = new StringBuilder();
    private @Nullable WebSocket socket;

    private Chromium(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
    }

    /** The program, if there is one on the PATH. */
    static Optional<Path> program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start(Path program) throws IOException {
        Path profile = Files.createTempDirectory("console-browser-");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(FLAGS);
        command.addAll(List.of("--user-data-dir=" + profile, "about:blank"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Chromium browser = new Chromium(process, profile);
        browser.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(newTab(debuggingAddress(process)), browser)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        List.of("Page", "Runtime", "Log", "Network").forEach(domain -> browser.send(domain + ".enable", Map.of()));
        return browser;
    }

    private static String debuggingAddress(Process process) {
        CompletableFuture<String> address = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(line -> {
                    Matcher listening = LISTENING.matcher(line);
                    if (listening.find()) {
                        address.complete(listening.group(1));
                    }
                });
                address.completeExceptionally(new IllegalStateException("the browser ended"));
            } catch (IOException | UncheckedIOException e) {
                address.completeExceptionally(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        return address.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static URI newTab(String address) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?about:blank"))
                .PUT(BodyPublishers.noBody())
                .build();
        try {
            String tab = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
            return URI.create(
                    (String) JsonMapper.shared().readValue(tab, Map.class).get("webSocketDebuggerUrl"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Map<?, ?> send(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<Map<?, ?>> reply = new CompletableFuture<>();
        waiting.put(id, reply);
        String text = JsonMapper.shared().writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
        Objects.requireNonNull(socket).sendText(text, true).join();
        return reply.orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            receive(JsonMapper.shared().readValue(message.toString(), Map.class));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    private void receive(Map<?, ?> received) {
        String method = String.valueOf(received.get("method"));
        if (received.get("id") instanceof Integer id) {
            CompletableFuture<Map<?, ?>> reply = waiting.remove(id);
            if (reply != null && received.get("result") instanceof Map<?, ?> result) {
                reply.complete(result);
            } else if (reply != null) {
                reply.completeExceptionally(new IllegalStateException(String.valueOf(received.get("error"))));
            }
        } else if (method.matches("Log.entryAdded|Runtime.exceptionThrown|Runtime.consoleAPICalled")) {
            String complaint = String.valueOf(received.get("params"));
            // How axe measures colours is not the page's.
            if (!complaint.contains("text=Canvas2D: Multiple readback operations")) {
                complaints.add(complaint);
            }
        } else if (method.equals("Network.requestWillBeSent")
                && received.get("params") instanceof Map<?, ?> sent
                && sent.get("request") instanceof Map<?, ?> request) {
            requests.add(String.valueOf(request.get("url")));
        }
    }

    /** Goes to a page, and returns when it and its scripts are loaded. */
    void open(String url) {
        leave();
        send("Page.navigate", Map.of("url", url));
        awaitTrue("location.href !== 'about:blank' && document.readyState === 'complete'"
                + " && document.querySelector('main')?.getAttribute('aria-busy') === 'false'");
    }

    /** Leaves the page; its requests end. */
    void leave() {
        send("Page.navigate", Map.of("url", "about:blank"));
        awaitTrue("location.href === 'about:blank'");
    }

    @Nullable
    Object evaluate(String expression) {
        Map<?, ?> reply =
                send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (reply.containsKey("exceptionDetails")) {
            throw new IllegalStateException(
                    expression.substring(0, Math.min(200, expression.length())) + " → " + reply);
        }
        return reply.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
    }

    void awaitTrue(String expression) {
        await(expression)
                .pollInterval(Duration.ofMillis(30))
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions() // as while one page gives way to the next
                .until(() -> Boolean.TRUE.equals(evaluate(expression)));
    }

    /** Waits until there is a visible element with this text, or the beginning of it, and gives its place in the window. */
    private List<Integer> place(String selector, String text) {
        String found = "[...document.querySelectorAll(" + quoted(selector)
                + ")].find(one => one.checkVisibility() && one.textContent.trim()" + ".startsWith(" + quoted(text)
                + "))";
        awaitTrue("!!" + found);
        evaluate(found + ".scrollIntoView({block: 'center', behavior: 'instant'})");
        String box = found + ".getBoundingClientRect()";
        return List.of(
                ((Number) Objects.requireNonNull(evaluate("Math.round(" + box + ".x + " + box + ".width / 2)")))
                        .intValue(),
                ((Number) Objects.requireNonNull(evaluate("Math.round(" + box + ".y + " + box + ".height / 2)")))
                        .intValue());
    }

    /** Clicks with the mouse on an element with this text, when it is there. */
    void click(String selector, String text) {
        List<Integer> place = place(selector, text);
        for (String type : List.of("mousePressed", "mouseReleased")) {
            send(
                    "Input.dispatchMouseEvent",
                    Map.of("type", type, "x", place.get(0), "y", place.get(1), "button", "left", "clickCount", 1));
        }
    }

    /** Presses and releases a key. */
    void press(String key) {
        int code = Objects.requireNonNull(KEYS.get(key));
        Map<String, ?> down = key.equals("Enter")
                ? Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", code, "text", "\r")
                : Map.of("type", "rawKeyDown", "key", key, "code", key, "windowsVirtualKeyCode", code);
        send("Input.dispatchKeyEvent", down);
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
    }

    /** Presses Tab until an element with this text, or the beginning of it, has the focus. */
    void tabTo(String text) {
        for (int i = 0; i < 60; i++) {
            press("Tab");
            if (focused().startsWith(text)) {
                return;
            }
        }
        throw new AssertionError("Tab does not lead to " + text + ", but to " + focused());
    }

    /** The text of what has the focus, or its name for those who hear it. */
    String focused() {
        return String.valueOf(
                evaluate(
                        "document.activeElement.textContent.trim() || document.activeElement.id || document.activeElement.tagName"));
    }

    void write(String text) {
        send("Input.insertText", Map.of("text", text));
    }

    private static String quoted(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    /** All that the page or the browser wrote to the console, such as violations of the policy. */
    List<String> complaints() {
        return complaints;
    }

    /** The addresses of all requests. */
    List<String> requests() {
        return requests;
    }

    /** Makes the window that large, light or dark. */
    void look(int width, int height, boolean dark) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** A picture of what it shows now, as PNG. */
    byte[] screenshot() {
        return Base64.getDecoder().decode((String)
                send("Page.captureScreenshot", Map.of("format", "png")).get("data"));
    }

    @Override
    public void close() throws IOException {
        Objects.requireNonNull(socket).abort();
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
        try (Stream<Path> tree = Files.walk(profile)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
