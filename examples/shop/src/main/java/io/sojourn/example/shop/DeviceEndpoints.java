package io.sojourn.example.shop;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody is signed in, and how that ends: one device, all others, all. A device is one session of the principal; it
 * is named by the session's id, which opens nothing.
 */
final class DeviceEndpoints {

    /** The path below which devices are named. */
    static final String DEVICES = "/api/devices/";

    private static final String USER_AGENT = "userAgent";

    private static final Comparator<SessionInfo> NEWEST_FIRST =
            Comparator.comparing(SessionInfo::lastAccessedAt).reversed();

    private final SessionManager sessions;

    DeviceEndpoints(SessionManager sessions) {
        this.sessions = sessions;
    }

    /** Notes in the session of a request what its user will know the device by. */
    static void label(HttpServletRequest request) {
        SojournFilter.session(request).ifPresent(session -> session.label(USER_AGENT, request.getHeader("User-Agent")));
    }

    /** Lists where the visitor is signed in: here first, then by last use. */
    Answer list(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        Session current = signedIn(request);
        delay.await();
        Comparator<SessionInfo> hereFirst =
                Comparator.comparing(device -> !device.id().equals(current.id()));
        return Answer.ok(devices(current).stream()
                .sorted(hereFirst.thenComparing(NEWEST_FIRST))
                .map(device -> view(device, current))
                .toList());
    }

    /** Ends one session of the visitor's own. Somebody else's is as unknown as one that there never was. */
    Answer end(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        Session current = signedIn(request);
        delay.await();
        String id = request.getServletPath().substring(DEVICES.length());
        SessionId device = devices(current).stream()
                .map(SessionInfo::id)
                .filter(own -> own.toString().equals(id))
                .findAny()
                .orElseThrow(() -> new RefusedException(404, "you have no device of this id"));
        if (device.equals(current.id())) {
            return endHere(request);
        }
        sessions.revoke(device);
        return Answer.NOTHING;
    }

    /** Ends all sessions of the visitor but this one. */
    Answer endOthers(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        Session current = signedIn(request);
        delay.await();
        return revoked(sessions.revokeOthers(current));
    }

    /** Ends all sessions of the visitor, this one included. */
    Answer endAll(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        Session current = signedIn(request);
        delay.await();
        int revoked = sessions.revokeAll(principal(current));
        endHere(request); // It has ended already, but its cookie is to go, too.
        return revoked(revoked);
    }

    /**
     * Ends all sessions of anybody. The demonstration knows no passwords, so everybody could sign in as its administrator:
     * it asks for no sign-in at all, and listens on this machine alone. An application would ask who this is, and whether
     * that was said a short while ago: {@link Session#authenticatedWithin}.
     */
    Answer endAllOf(HttpServletRequest request) throws IOException {
        Delay delay = Delay.of(request);
        String user = User.in(Json.body(request));
        delay.await();
        return revoked(sessions.revokeAll(user));
    }

    private static Answer endHere(HttpServletRequest request) {
        request.getSession().invalidate();
        return Answer.NOTHING;
    }

    private static Answer revoked(int count) {
        return Answer.ok(Map.of("revoked", count));
    }

    private static Session signedIn(HttpServletRequest request) {
        return SojournFilter.session(request)
                .filter(session -> session.principal().isPresent())
                .orElseThrow(() -> new RefusedException(401, "sign in first"));
    }

    private static String principal(Session session) {
        return session.principal().orElseThrow();
    }

    private List<SessionInfo> devices(Session current) {
        return sessions.findByPrincipal(principal(current));
    }

    private static Map<String, @Nullable Object> view(SessionInfo device, Session current) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", device.id().toString());
        view.put("current", device.id().equals(current.id()));
        view.put("createdAt", device.createdAt().toString());
        view.put("lastAccessedAt", device.lastAccessedAt().toString());
        view.put(USER_AGENT, device.labels().get(USER_AGENT));
        return view;
    }
}
