package io.sojourn.benchmarks.http;

import io.sojourn.benchmarks.peer.Samples;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/** An application that does nothing but what is measured. It knows only {@code HttpSession}, so it is the same for all. */
final class WorkServlet extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final String PAGE = "<!doctype html><title>Shop</title><p>" + "Nothing to see here. ".repeat(20);

    private final transient LongAdder changes = new LongAdder();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String seen = switch (request.getPathInfo()) {
            case "/create" -> create(request.getSession());
            case "/read" -> read(request.getSession(false));
            case "/write" -> write(request.getSession(false));
            default -> "";
        };
        byte[] body = (PAGE + seen).getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html;charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String create(HttpSession session) {
        Samples.TEN.forEach(session::setAttribute);
        return "created";
    }

    private static String read(HttpSession session) {
        return (String) session.getAttribute(Samples.CHANGED);
    }

    private String write(HttpSession session) {
        changes.increment();
        String page = Samples.page(changes.sum());
        session.setAttribute(Samples.CHANGED, page);
        return page;
    }
}
