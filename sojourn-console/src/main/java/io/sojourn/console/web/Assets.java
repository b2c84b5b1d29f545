package io.sojourn.console.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page, held in memory; no other path leads anywhere. */
final class Assets {

    private static final List<String> FILES = List.of(
            "index.html",
            "console.css",
            "console.js",
            "api.js",
            "dialogs.js",
            "doctor.js",
            "dom.js",
            "events.js",
            "live.js",
            "overview.js",
            "people.js",
            "session.js",
            "sessions.js",
            "table.js",
            "icon.svg");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, ConsoleResponse> files = new HashMap<>();

    Assets() {
        for (String name : FILES) {
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            files.put("/" + name, ConsoleResponse.file(type, read(name)));
        }
        files.put("/", ConsoleResponse.file(String.valueOf(TYPES.get("html")), read("index.html")));
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("sojourn-console lacks its file " + name + "; its jar is damaged");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    ConsoleResponse file(String path) {
        return files.get(path);
    }
}
