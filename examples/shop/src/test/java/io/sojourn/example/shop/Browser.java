package io.sojourn.example.shop;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium without a window, steered over its
 * <a href="https://chromedevtools.github.io/devtools-protocol/">DevTools protocol</a>.
 */
public final class Browser implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--remote-debugging-port=0");

    private final Process process;
    private final Path profile;
    private final DevTools devTools;

    private Browser(Process process, Path profile, DevTools devTools) {
        this.process = process;
        this.profile = profile;
        this.devTools = devTools;
    }

    /** The program, if there is one on the PATH. */
    public static Optional<Path> program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Browser start(Path program) throws IOException {
        Path profile = Files.createTempDirectory("shop-browser-");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(FLAGS);
        command.addAll(List.of("--user-data-dir=" + profile, "about:blank"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        DevTools devTools = DevTools.connect(newTab(debuggingAddress(process)));
        devTools.call("Page.enable", Map.of());
        devTools.call("Runtime.enable", Map.of());
        devTools.call("Log.enable", Map.of());
        return new Browser(process, profile, devTools);
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
        return address.orTimeout(30, TimeUnit.SECONDS).join();
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

    /** Goes to a page, and returns when it and its scripts are loaded. */
    public void open(String url) {
        evaluate("window.left = true");
        devTools.call("Page.navigate", Map.of("url", url));
        awaitTrue("!window.left && document.readyState === 'complete'");
    }

    /** Becomes a stranger to all nodes. */
    public void forgetCookies() {
        devTools.call("Network.clearBrowserCookies", Map.of());
    }

    /** What an expression gives in the page. */
    public @Nullable Object evaluate(String expression) {
        Map<?, ?> reply = devTools.call(
                "Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (reply.containsKey("exceptionDetails")) {
            throw new IllegalStateException(expression + " → " + reply);
        }
        return reply.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
    }

    public void awaitTrue(String expression) {
        await(expression)
                .pollInterval(Duration.ofMillis(30))
                .atMost(Duration.ofSeconds(15))
                .ignoreExceptions() // as while one page gives way to the next
                .until(() -> Boolean.TRUE.equals(evaluate(expression)));
    }

    public void click(String selector) {
        evaluate("document.querySelector(" + quoted(selector) + ").click()");
    }

    public void type(String selector, String text) {
        evaluate("document.querySelector(" + quoted(selector) + ").value = " + quoted(text));
    }

    /** What can be read there now. */
    public String text(String selector) {
        return String.valueOf(evaluate("document.querySelector(" + quoted(selector) + ").innerText"));
    }

    private static String quoted(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    /** Errors and warnings in the console since the start, such as violations of the page's security policy. */
    public List<String> complaints() {
        return devTools.complaints();
    }

    /** Makes the window that large, light or dark. */
    void look(int width, int height, boolean dark) {
        devTools.call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        devTools.call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** A picture of what it shows now, as PNG. */
    byte[] screenshot() {
        return Base64.getDecoder().decode((String)
                devTools.call("Page.captureScreenshot", Map.of("format", "png")).get("data"));
    }

    @Override
    public void close() throws IOException {
        devTools.close();
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
