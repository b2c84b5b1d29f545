package io.sojourn.example.shop;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page, held in memory. They never ask for a session. */
public final class Page {

    private static final List<String> FILES = List.of(
            "index.html",
            "shop.css",
            "shop.js",
            "alive.js",
            "api.js",
            "cart.js",
            "costs.js",
            "devices.js",
            "dom.js",
            "goods.js",
            "machines.js",
            "nodes.js",
            "notice.js",
            "panel.js",
            "sessions.js",
            "visitors.js",
            "pictures/boots.svg",
            "pictures/brand.svg",
            "pictures/compass.svg",
            "pictures/lantern.svg",
            "pictures/map.svg",
            "pictures/mug.svg",
            "pictures/tent.svg");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    // Nothing from elsewhere, no inline script or style, no embedding: what a visitor typed cannot become code.
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Map<String, File> files = new HashMap<>();

    private Page() {}

    /**
     * Reads them.
     *
     * @param port what the page names to those who have no scripts
     */
    public static Page load(int port) throws IOException {
        Page page = new Page();
        for (String name : FILES) {
            try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
                if (in == null) {
                    throw new IOException("the program lacks its file " + name + "; build it anew");
                }
                String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
                page.files.put("/" + name, new File(String.valueOf(type), withPort(in.readAllBytes(), name, port)));
            }
        }
        page.files.put("/", page.files.get("/index.html"));
        return page;
    }

    private static byte[] withPort(byte[] content, String name, int port) {
        return name.equals("index.html")
                ? new String(content, StandardCharsets.UTF_8)
                        .replace("{{port}}", String.valueOf(port))
                        .getBytes(StandardCharsets.UTF_8)
                : content;
    }

    /** The file at a path; null if there is none. */
    public @Nullable File file(String path) {
        return files.get(path);
    }

    /** One file and how it is sent. */
    public static final class File {

        private final String type;
        private final byte[] content;
        private final String tag;

        private File(String type, byte[] content) {
            this.type = type;
            this.content = content;
            this.tag = "\"" + Integer.toHexString(Arrays.hashCode(content)) + "-" + content.length + "\"";
        }

        /** Sends it, unless the browser has it already. */
        public void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setHeader("Cache-Control", "no-cache");
            response.setHeader("ETag", tag);
            response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Referrer-Policy", "same-origin");
            if (tag.equals(request.getHeader("If-None-Match"))) {
                response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
                return;
            }
            response.setContentType(type);
            response.setContentLength(content.length);
            response.getOutputStream().write(content);
        }
    }
}
