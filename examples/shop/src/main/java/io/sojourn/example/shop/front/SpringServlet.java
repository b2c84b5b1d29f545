package io.sojourn.example.shop.front;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import tools.jackson.databind.json.JsonMapper;

/** Does with Spring Session's sessions what the shop does with Sojourn's, by the same calls of the Servlet API. */
final class SpringServlet<S extends Session> extends HttpServlet {

    /** Brings a session into the state that the visitor's own had before the click. It is not measured. */
    static final String PREPARE = "/prepare";

    @Serial
    private static final long serialVersionUID = 1L;

    private static final String USER = FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;
    private static final int MOST_DEVICES = 50;

    private final transient @Nullable FindByIndexNameSessionRepository<S> byUser;

    /**
     * @param byUser finds the sessions of a user; null if the repository cannot
     */
    SpringServlet(@Nullable FindByIndexNameSessionRepository<S> byUser) {
        this.byUser = byUser;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = String.valueOf(request.getPathInfo());
        byte[] text = request.getInputStream().readAllBytes();
        Object body = text.length == 0 ? Map.of() : JsonMapper.shared().readValue(text, Object.class);
        HttpSession session = request.getSession(false);
        switch (path) {
            case PREPARE -> prepare(request.getSession(), (Map<?, ?>) body);
            case "/api/session" -> tell(session);
            case "/api/visits", "/api/visits/atomic" -> count(request.getSession());
            case "/api/login" -> signIn(request, String.valueOf(((Map<?, ?>) body).get("user")));
            case "/api/logout" -> end(session);
            case "/api/logout-others" -> endDevices(response, user(session), session, MOST_DEVICES);
            case "/api/logout-everywhere" -> {
                endDevices(response, user(session), session, MOST_DEVICES);
                end(session);
            }
            case "/api/admin/revoke" ->
                endDevices(response, String.valueOf(((Map<?, ?>) body).get("user")), null, MOST_DEVICES);
            default -> {
                if (path.startsWith("/api/devices/")) {
                    endDevices(response, user(session), session, 1);
                } else {
                    change(request, path.substring(path.lastIndexOf('/') + 1), body);
                }
            }
        }
    }

    private static @Nullable String user(@Nullable HttpSession session) {
        return session == null ? null : (String) session.getAttribute(USER);
    }

    /** Reads what the shop's answer shows. */
    private static void tell(@Nullable HttpSession session) {
        if (session != null) {
            Collections.list(session.getAttributeNames()).forEach(session::getAttribute);
        }
    }

    private static void count(HttpSession session) {
        session.setAttribute("visits", session.getAttribute("visits") instanceof Integer visits ? visits + 1 : 1);
        tell(session);
    }

    private static void change(HttpServletRequest request, String name, @Nullable Object value) {
        if (request.getMethod().equals("DELETE")) {
            HttpSession session = request.getSession(false);
            if (session != null) {
                session.removeAttribute(name);
            }
            tell(session);
        } else {
            request.getSession().setAttribute(name, value);
            tell(request.getSession());
        }
    }

    /** As Spring Security does it: with another id for the session. */
    private static void signIn(HttpServletRequest request, String user) {
        HttpSession session = request.getSession();
        request.changeSessionId();
        session.setAttribute(USER, user);
        session.setAttribute("userAgent", request.getHeader("User-Agent"));
        tell(session);
    }

    private static void end(@Nullable HttpSession session) {
        if (session != null) {
            session.invalidate();
        }
    }

    /** Ends so many sessions of a user, but not the one that is to be kept. */
    private void endDevices(HttpServletResponse response, @Nullable String user, @Nullable HttpSession kept, int most) {
        if (byUser == null) {
            response.setStatus(HttpServletResponse.SC_NOT_IMPLEMENTED);
        } else if (user != null) {
            devices(byUser, user, kept).stream().limit(most).forEach(byUser::deleteById);
        }
    }

    private static List<String> devices(
            FindByIndexNameSessionRepository<?> byUser, String user, @Nullable HttpSession without) {
        List<String> devices = new ArrayList<>(byUser.findByPrincipalName(user).keySet());
        devices.removeIf(id -> without != null && id.equals(without.getId()));
        return devices;
    }

    private void prepare(HttpSession session, Map<?, ?> state) {
        if (state.get("attributes") instanceof Map<?, ?> attributes
                && (session.isNew() || !Objects.equals(state.get("user"), session.getAttribute(USER)))) {
            attributes.forEach((name, value) -> session.setAttribute(String.valueOf(name), value));
            if (state.containsKey("user")) {
                session.setAttribute(USER, state.get("user"));
            }
        }
        String user = state.get("revokedUser") instanceof String named ? named : user(session);
        if (byUser != null && user != null && state.get("devices") instanceof Integer devices) {
            haveDevices(byUser, user, session, Math.min(MOST_DEVICES, devices));
        }
    }

    /** Lets a user have so many sessions, that of the visitor included if it is one of them. */
    private void haveDevices(
            FindByIndexNameSessionRepository<S> repository, String user, HttpSession session, int wanted) {
        List<String> others = devices(repository, user, session);
        int missing = wanted - others.size() - (user.equals(user(session)) ? 1 : 0);
        for (int i = 0; i < missing; i++) {
            S device = repository.createSession();
            device.setAttribute(USER, user);
            repository.save(device);
        }
        others.stream().limit(Math.max(0, -missing)).forEach(repository::deleteById);
    }
}
