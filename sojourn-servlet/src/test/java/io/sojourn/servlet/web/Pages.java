package io.sojourn.servlet.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Serves each path by the handler that a test gives it. */
final class Pages extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private transient volatile @Nullable AssertionError failed;

    void put(String path, Handler handler) {
        handlers.put(path, handler);
    }

    void clear() {
        handlers.clear();
        failed = null;
    }

    /** An assertion that failed in a handler; the client saw an error only. */
    @Nullable
    AssertionError failed() {
        return failed;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            Handler handler = handlers.get(path(request));
            Objects.requireNonNull(handler, () -> "no page " + path(request)).handle(request, response);
        } catch (AssertionError e) {
            failed = e;
            throw e;
        } catch (IOException | ServletException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private static String path(HttpServletRequest request) {
        boolean included = request.getDispatcherType() == DispatcherType.INCLUDE;
        Object servlet =
                included ? request.getAttribute(RequestDispatcher.INCLUDE_SERVLET_PATH) : request.getServletPath();
        Object info = included ? request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO) : request.getPathInfo();
        return Objects.requireNonNullElse(servlet, "")
                + Objects.requireNonNullElse(info, "").toString();
    }
}
