package io.sojourn.example.shop;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What visitors do with their sessions. Where nothing more is wanted than the Servlet API has, nothing else is used: this is
 * how an application looks that has never heard of Sojourn.
 */
final class SessionEndpoints {

    /** The path below which attributes are named. */
    static final String ATTRIBUTES = "/api/attributes/";

    private static final String VISITS = "visits";
    private static final int LONGEST_NAME = 100;

    private final String node;

    SessionEndpoints(String node) {
        this.node = node;
    }

    /** Tells what there is. Makes no session. */
    Answer look(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        HttpSession session = request.getSession(false);
        delay.await();
        return told(request, session);
    }

    /** Counts a visit as applications do: get, then set. Two at the same time may count as one. */
    Answer visit(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        HttpSession session = request.getSession();
        int visits = count(session.getAttribute(VISITS));
        delay.await();
        session.setAttribute(VISITS, visits + 1);
        return told(request, session);
    }

    /** Counts a visit on exactly the state that was read, however many come at the same time. */
    Answer visitAtomically(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        AtomicBoolean first = new AtomicBoolean(true);
        SojournFilter.update(request, session -> {
            int visits = count(session.get(VISITS));
            if (first.getAndSet(false)) {
                delay.await();
            }
            session.set(VISITS, visits + 1);
            return visits + 1;
        });
        return told(request, request.getSession(false));
    }

    private static int count(@Nullable Object visits) {
        if (visits == null) {
            return 0;
        }
        if (visits instanceof Integer count) {
            return count;
        }
        throw new RefusedException(409, "the attribute visits is no Integer; remove it to count from 1 again");
    }

    /** Stores the body, any JSON value, as an attribute; JSON's null removes it. */
    Answer putAttribute(HttpServletRequest request) throws IOException {
        return change(request, attributeName(request), Json.body(request));
    }

    /** Removes an attribute. */
    Answer removeAttribute(HttpServletRequest request) {
        return change(request, attributeName(request), null);
    }

    private Answer change(HttpServletRequest request, String name, @Nullable Object value) {
        Delay delay = Delay.of(request);
        HttpSession session = request.getSession(false);
        delay.await();
        if (session == null && value != null) {
            session = request.getSession();
        }
        if (session != null) {
            session.setAttribute(name, value);
        }
        return told(request, session);
    }

    private static String attributeName(HttpServletRequest request) {
        String name = request.getServletPath().substring(ATTRIBUTES.length());
        if (name.isEmpty() || name.contains("/") || name.length() > LONGEST_NAME) {
            throw new RefusedException(
                    400, "name the attribute: /api/attributes/{name}, with at most " + LONGEST_NAME + " characters");
        }
        return name;
    }

    /** Signs a user in. A shop that were no demonstration would ask for a password here. */
    Answer login(HttpServletRequest request) throws IOException {
        Delay delay = Delay.of(request);
        String user = User.in(Json.body(request));
        @Nullable HttpSession before = request.getSession(false);
        delay.await();
        SojournFilter.signIn(request, user);
        DeviceEndpoints.label(request);
        // Nobody is to be told of a sign-in that was not stored, such as one of a session that has just ended.
        if (SojournFilter.save(request) != SaveOutcome.SAVED) {
            throw new RefusedException(
                    409, "somebody has signed in to this session, or ended it, at the same moment; try again");
        }
        return told(request, before == null ? request.getSession() : before);
    }

    /** Ends the session, if there is one. */
    Answer logout(HttpServletRequest request) {
        Delay delay = Delay.of(request);
        HttpSession session = request.getSession(false);
        delay.await();
        if (session != null) {
            session.invalidate();
        }
        return Answer.NOTHING;
    }

    private Answer told(HttpServletRequest request, @Nullable HttpSession session) {
        Map<String, String> headers = SojournFilter.ended(request)
                .map(ended -> Map.of("Session-Ended", ended.cause() + " " + ended.endedAt()))
                .orElse(Map.of());
        return session == null
                ? new Answer(Answer.NOTHING.status(), null, headers)
                : new Answer(200, view(request, session), headers);
    }

    private Map<String, @Nullable Object> view(HttpServletRequest request, HttpSession session) {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (String name : Collections.list(session.getAttributeNames())) {
            attributes.put(name, Json.showable(session.getAttribute(name)));
        }
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("node", node);
        view.put("id", session.getId());
        view.put("new", session.isNew());
        view.put("createdAt", Instant.ofEpochMilli(session.getCreationTime()).toString());
        view.put(
                "lastAccessedAt",
                Instant.ofEpochMilli(session.getLastAccessedTime()).toString());
        view.put("idleTimeoutSeconds", session.getMaxInactiveInterval());
        view.put(
                "user",
                SojournFilter.session(request).flatMap(Session::principal).orElse(null));
        view.put("attributes", attributes);
        return view;
    }
}
