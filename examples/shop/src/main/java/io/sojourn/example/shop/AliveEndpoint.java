package io.sojourn.example.shop;

import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.ends.PastSession;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the visitor's session is still there, for a page that asks each second. It goes past the filter: a session that is
 * looked at in this way counts as unused, so that an open window does not keep it alive for ever.
 */
final class AliveEndpoint {

    private static final String COOKIE = "SESSION";

    private final SessionManager sessions;

    AliveEndpoint(SessionManager sessions) {
        this.sessions = sessions;
    }

    /** Asks with one read; tells also why the session ended, if that is known. */
    Answer tell(HttpServletRequest request) {
        Delay.of(request).await();
        Optional<SessionToken> token = cookies(request)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .flatMap(cookie -> SessionToken.parse(cookie.getValue()).stream())
                .findFirst();
        boolean alive = token.flatMap(sessions::find).isPresent();
        Optional<PastSession> past = alive ? Optional.empty() : token.flatMap(sessions::lastKnownEnd);
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("alive", alive);
        told.put("cause", past.map(end -> end.cause().name()).orElse(null));
        told.put("endedAt", past.map(end -> end.endedAt().toString()).orElse(null));
        return Answer.ok(told);
    }

    private static Stream<Cookie> cookies(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null ? Stream.empty() : Arrays.stream(cookies);
    }
}
