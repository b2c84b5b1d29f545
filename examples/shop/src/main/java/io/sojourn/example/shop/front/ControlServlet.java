package io.sojourn.example.shop.front;

import io.sojourn.StoreUnavailableException;
import io.sojourn.example.shop.Answer;
import io.sojourn.example.shop.Answer.Endpoint;
import io.sojourn.example.shop.OtherSites;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Answers the tiles of the page, which kill, freeze and start processes. It refuses requests of pages from other sites. */
final class ControlServlet extends HttpServlet {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Map<String, Endpoint>> endpoints;

    /**
     * @param endpoints by path, then by method; a path that ends in a slash stands for all below it
     */
    ControlServlet(Map<String, Map<String, Endpoint>> endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        Map<String, Endpoint> methods = methods(path);
        @Nullable Endpoint endpoint = methods.get(request.getMethod());
        if (methods.isEmpty()) {
            Answer.error(404, "there is nothing at this address").send(response);
        } else if (endpoint == null) {
            String allowed = String.join(", ", new TreeMap<>(methods).keySet());
            response.setHeader("Allow", allowed);
            Answer.error(405, "this address answers " + allowed + " only").send(response);
        } else if (OtherSites.sent(request)) {
            Answer.error(403, "pages of other sites may ask for nothing here").send(response);
        } else {
            answer(endpoint, request).send(response);
        }
    }

    private Map<String, Endpoint> methods(String path) {
        Map<String, Endpoint> none = Map.of();
        Map<String, Endpoint> below = endpoints.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/") && path.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(none);
        return endpoints.getOrDefault(path, below);
    }

    private static Answer answer(Endpoint endpoint, HttpServletRequest request) throws IOException {
        try {
            return endpoint.to(request);
        } catch (StoreUnavailableException e) {
            return Answer.error(503, "Redis does not answer");
        } catch (IllegalStateException e) {
            return Answer.error(409, String.valueOf(e.getMessage()));
        }
    }
}
