package io.sojourn.servlet;

import io.sojourn.Lookup;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.http.ReceivedCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session that the client asked for. The store is asked when somebody first wants to know, and once: that there is
 * none is remembered as well. Guarded by the lock of {@link RequestSession}.
 */
final class RequestedSession {

    /** A UUID, which is the longest id that other session managers use. */
    private static final int LONGEST_FOREIGN_ID = 36;

    private final SessionManager manager;
    private final Application application;
    private final HttpServletRequest request;
    private final @Nullable String inUrl;
    private final Failures failures;

    private @Nullable ReceivedCookie shown;
    private boolean lookedUp;
    private boolean standInIsTransient;
    private @Nullable Session found;
    private @Nullable String foundAs;
    private boolean inPlace;
    private boolean foundByUrl;

    RequestedSession(SessionManager manager, Application application, HttpServletRequest request, Failures failures) {
        this.manager = manager;
        this.application = application;
        this.request = request;
        this.failures = failures;
        this.inUrl = application.tracking().byUrl() ? TokenUrl.in(request.getRequestURI()) : null;
    }

    /** The session, if what the client showed opens one. */
    @Nullable
    Session find() {
        if (!lookedUp) {
            lookUp();
            lookedUp = true;
        }
        return found;
    }

    private void lookUp() {
        try {
            failures.throwIfOut();
            for (SessionToken token : tokens()) {
                Lookup lookup = lookUp(token);
                standInIsTransient |= lookup instanceof Lookup.Superseded;
                if (lookup instanceof Lookup.Found one) {
                    found = one.found();
                    foundAs = one.found().publicId();
                    foundByUrl = !shown().tokens().contains(token);
                    inPlace =
                            shown().isCurrent(token) || !application.tracking().byCookie();
                    standInIsTransient = false;
                    return;
                }
            }
        } catch (StoreUnavailableException e) {
            failures.lookupFailed(e);
            standInIsTransient = true;
        }
    }

    private Lookup lookUp(SessionToken token) {
        try {
            return manager.lookup(token);
        } catch (StoreUnavailableException e) {
            Session last =
                    failures.readsLastKnown() ? manager.findLastKnown(token).orElse(null) : null;
            if (last == null) {
                throw e;
            }
            failures.lastKnownRead(e);
            return new Lookup.Found(last);
        }
    }

    private List<SessionToken> tokens() {
        Optional<SessionToken> byUrl = inUrl == null ? Optional.empty() : SessionToken.parse(inUrl);
        if (byUrl.isEmpty()) {
            return shown().tokens();
        }
        List<SessionToken> tokens = new ArrayList<>(shown().tokens());
        tokens.add(byUrl.get());
        return tokens;
    }

    /** Whether a session that is made because there was none must not replace one that the client has, or may have. */
    boolean standInIsTransient() {
        return standInIsTransient;
    }

    /** Whether the token that led to the session is where it is to be: in the cookie, under its present name. */
    boolean isInPlace() {
        return inPlace;
    }

    /** Whether the client asked for a session at all. */
    boolean isRequested() {
        return shown().firstText().isPresent() || inUrl != null;
    }

    /** Whether it did so by the URL: with the session that was found there, or because there was nothing else. */
    boolean isByUrl() {
        if (inUrl == null) {
            return false;
        }
        try {
            return find() == null ? shown().firstText().isEmpty() : foundByUrl;
        } catch (StoreUnavailableException e) {
            return shown().firstText().isEmpty();
        }
    }

    /** Whether the client has shown by a cookie of ours that it takes cookies. */
    boolean isFoundByCookie() {
        return found != null && !foundByUrl;
    }

    /** What the client asked for: the session's public id as it was then, if there is such a session. */
    @Nullable
    String id() {
        if (!isRequested()) {
            return null;
        }
        try {
            Session unused = find();
        } catch (StoreUnavailableException e) {
            return shownId(); // Whoever needs more than that will see the failure.
        }
        return foundAs == null ? shownId() : foundAs;
    }

    private @Nullable String shownId() {
        if (!shown().tokens().isEmpty()) {
            return shown().tokens().get(0).id().toString();
        }
        return shown().firstText()
                .or(() -> Optional.ofNullable(inUrl))
                .map(RequestedSession::publicPart)
                .orElse(null);
    }

    /**
     * What of a text that is no token may be shown, in logs and to the application: the text itself, such as the id of another
     * container, without the route that follows a dot. Of a text that is as long as a damaged token of ours might be, only as much
     * as an id has.
     */
    private static String publicPart(String text) {
        int dot = text.indexOf('.');
        String id = dot < 0 ? text : text.substring(0, dot);
        return id.length() <= LONGEST_FOREIGN_ID ? id : id.substring(0, SessionId.LENGTH);
    }

    private ReceivedCookie shown() {
        if (shown == null) {
            shown = application.tracking().byCookie() ? read() : ReceivedCookie.NONE;
        }
        return shown;
    }

    /** From the raw headers: containers that parse cookies drop or change some, and show one of several alike. */
    private ReceivedCookie read() {
        Enumeration<String> headers = request.getHeaders("Cookie");
        if (headers == null || !headers.hasMoreElements()) {
            return ReceivedCookie.NONE;
        }
        String header = headers.nextElement();
        if (headers.hasMoreElements()) { // As one, even if HTTP/2 has cut it into pieces.
            header = header + "; " + String.join("; ", Collections.list(headers));
        }
        return application.cookie().read(header, request.isSecure());
    }
}
