package io.sojourn.example.shop;

import io.sojourn.ConflictException;
import io.sojourn.SessionLimitException;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.example.shop.Answer.Endpoint;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds what answers a request: an endpoint or a file of the page. */
final class ShopServlet extends HttpServlet {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(ShopServlet.class.getName());

    private final transient Map<String, Map<String, Endpoint>> endpoints;
    private final transient Page page;

    /**
     * @param endpoints by path, then by method; a path that ends in a slash stands for all that are one step below
     */
    ShopServlet(Map<String, Map<String, Endpoint>> endpoints, Page page) {
        this.endpoints = endpoints;
        this.page = page;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath();
        // A HEAD is a GET whose body the container leaves out.
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        Page.@Nullable File file = page.file(path);
        Map<String, Endpoint> methods = methods(path);
        if (OtherSites.named(request)) {
            OtherSites.refusal().send(response);
        } else if (file != null && method.equals("GET")) {
            file.send(request, response);
        } else if (methods == null && file == null) {
            Answer.error(404, "there is nothing at this address").send(response);
        } else if (methods == null || !methods.containsKey(method)) {
            String allowed = methods == null ? "GET" : String.join(", ", new TreeMap<>(methods).keySet());
            response.setHeader("Allow", allowed);
            Answer.error(405, "this address answers " + allowed + " only").send(response);
        } else if (!method.equals("GET") && OtherSites.sent(request)) {
            Answer.error(403, "pages of other sites may change nothing here").send(response);
        } else {
            answer(methods.get(method), request, response);
        }
    }

    private @Nullable Map<String, Endpoint> methods(String path) {
        Map<String, Endpoint> exact = endpoints.get(path);
        return exact != null ? exact : endpoints.get(path.substring(0, path.lastIndexOf('/') + 1));
    }

    private static void answer(Endpoint endpoint, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            endpoint.to(request).send(response); // The session is saved before the answer leaves, so here as well.
        } catch (StoreUnavailableException e) {
            throw e; // The filter knows what is to be done then.
        } catch (RuntimeException e) {
            response.reset();
            error(e, request).send(response);
        }
    }

    private static Answer error(RuntimeException thrown, HttpServletRequest request) {
        // HttpSession.setAttribute has but one way to refuse a value; the cause says which kind of refusal it was.
        Throwable failure = thrown instanceof IllegalArgumentException && thrown.getCause() instanceof SojournException
                ? thrown.getCause()
                : thrown;
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof RefusedException refused) {
            return Answer.error(refused.status(), message);
        }
        if (failure instanceof ValueNotAcceptedException) {
            return Answer.error(400, message);
        }
        if (failure instanceof SessionLimitException) {
            return Answer.error(413, message);
        }
        if (failure instanceof ConflictException) {
            return Answer.error(409, "too many others changed this session at the same time; try again");
        }
        LOG.log(Level.ERROR, "could not answer " + request.getMethod() + " " + request.getServletPath(), failure);
        return Answer.error(500, "the node failed to answer; its log says why");
    }
}
