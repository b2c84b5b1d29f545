package io.sojourn.servlet.request;

import io.sojourn.Lookup;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ends.PastSession;
import io.sojourn.http.ReceivedCookie;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.SessionMigration;
import io.sojourn.servlet.TokenTransport;
import io.sojourn.servlet.cookie.Application;
import io.sojourn.servlet.cookie.TokenUrl;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the session that the client asked for. The store is asked when the application first wants to know, and once: a miss is
 * remembered as well. Guarded by the lock of {@link SessionLifecycle}.
 */
final class SessionLookup {

    /** So many cookies of another session library are tried. */
    private static final int MAX_MIGRATED = 2 * SessionCookie.MAX_CANDIDATES;

    private final SessionManager manager;
    private final Application application;
    private final HttpServletRequest request;
    private final @Nullable String inUrl;
    private final RequestFailures failures;

    private @Nullable ReceivedCookie received;
    private boolean lookedUp;
    private @Nullable Session found;
    private @Nullable SessionToken opener;
    private @Nullable String foundAs;

    /** The cookie of another session library by which the session was found; null if it was found by a token. */
    private @Nullable String foundBy;

    /** In place of the session whose token was replaced a moment ago. */
    private @Nullable Session standIn;

    /** Why there is no session any more that a token opened. */
    private @Nullable PastSession ended;

    private boolean leftOut;
    private boolean migratedLeftOut;
    private boolean replaced;

    SessionLookup(
            SessionManager manager, Application application, HttpServletRequest request, RequestFailures failures) {
        this.manager = manager;
        this.application = application;
        this.request = request;
        this.failures = failures;
        this.inUrl = application.tracking().byUrl() ? TokenUrl.in(request.getRequestURI()) : null;
    }

    /**
     * The session, if what the client showed opens one; or what an earlier request has stored in the stand-in for a token that was
     * replaced a moment ago.
     */
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
                if (accept(lookUp(token), token, null)) {
                    return;
                }
            }
            if (lookUpMigrated()) {
                return;
            }
        } catch (StoreUnavailableException e) {
            failures.lookupFailed(e);
            leftOut = true;
        }
        if (standIn != null && standIn.isStored()) {
            setFound(standIn);
        } else if (received().candidatesLeftOut() || migratedLeftOut) {
            leftOut = true;
            application.once().logCandidatesLeftOut(migratedLeftOut ? MAX_MIGRATED : SessionCookie.MAX_CANDIDATES);
        }
    }

    /**
     * Looks up what the first cookies of another session library open. Tells whether that is a session. Texts that are no such
     * cookies do not count: a neighbouring host can plant any number of them.
     */
    private boolean lookUpMigrated() {
        SessionMigration migration = application.options().migration();
        if (migration == null) {
            return false;
        }
        int candidates = 0;
        for (String text : received().others()) {
            SessionToken token = migration.token(text).orElse(null);
            if (token == null) {
                continue;
            }
            candidates++;
            if (candidates > MAX_MIGRATED) {
                migratedLeftOut = true;
                return false;
            }
            if (accept(migration.lookup(token, text), token, text)) {
                return true;
            }
        }
        return false;
    }

    /** @param text the cookie of another session library that the token stands for; null if it stands for none */
    private boolean accept(Lookup lookup, SessionToken token, @Nullable String text) {
        if (lookup instanceof Lookup.Found one) {
            setFound(one.found());
            opener = token;
            foundBy = text;
            return true;
        }
        if (lookup instanceof Lookup.Superseded one && standIn == null) {
            standIn = one.standIn();
        }
        if (lookup instanceof Lookup.Absent && ended == null) {
            ended = manager.lastKnownEnd(token).orElse(null);
        }
        return false;
    }

    /** Why the session has ended that the client asked for; null if there is one, or if that is not known. */
    @Nullable
    PastSession ended() {
        return found == null ? ended : null;
    }

    /** The application has ended the session that was found. */
    void noteEnd() {
        SessionMigration migration = application.options().migration();
        if (migration != null && foundBy != null) {
            migration.ended(foundBy);
        }
    }

    /** The session that was found could not be ended, because its client has signed in since, and holds another token. */
    void noteReplacedToken() {
        replaced = true;
        leftOut = true;
        try {
            if (opener != null && foundBy == null && manager.lookup(opener) instanceof Lookup.Superseded one) {
                standIn = one.standIn();
            }
        } catch (StoreUnavailableException e) {
            failures.lookupFailed(e);
        }
    }

    private void setFound(Session session) {
        found = session;
        foundAs = session.publicId();
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
            return received().tokens();
        }
        List<SessionToken> tokens = new ArrayList<>(received().tokens());
        tokens.add(byUrl.get());
        return tokens;
    }

    /**
     * Makes a session because none was found. What the client showed decides whether it may replace that; see {@link
     * io.sojourn.StandIn}.
     */
    Session makeAnother() {
        if (opener != null && !replaced) {
            return manager.create(); // What they opened has ended by this request.
        }
        if (standIn != null && !standIn.isEnded() && standIn.standIn().isPresent()) {
            return standIn;
        }
        if (leftOut || standIn != null) {
            return manager.createForLeftOutTokens();
        }
        return isRequested() ? manager.createForUnknownToken() : manager.create();
    }

    /** The token that the client holds and that opened the session; null if none did. */
    @Nullable
    SessionToken opener() {
        return opener;
    }

    /**
     * Whether the token that opened the session is where it is to be: in the cookie, under its present name. What stands for the cookie
     * of another library is never handed out: it could arrive after the fresh token, and replace that.
     */
    boolean isInPlace() {
        SessionToken shown = opener;
        return shown != null
                && (foundBy != null
                        || received().isCurrent(shown)
                        || !application.tracking().byCookie());
    }

    /** Whether the token stands for the cookie of another library, which the client holds; it must not be handed out. */
    boolean isForOther(SessionToken token) {
        return foundBy != null && opener != null && opener.equals(token);
    }

    /** Whether the client asked for a session at all. */
    boolean isRequested() {
        return received().firstText().isPresent() || inUrl != null;
    }

    /** Whether it did so by a cookie: with the session that was found there, or because there was nothing else. */
    boolean isByCookie() {
        return application.transportOf(request) == null && isRequested() && !isByUrl();
    }

    /** Whether it did so by the URL: with the session that was found there, or because there was nothing else. */
    boolean isByUrl() {
        if (inUrl == null) {
            return false;
        }
        try {
            return find() == null ? received().firstText().isEmpty() : !isFoundByCookie();
        } catch (StoreUnavailableException e) {
            return received().firstText().isEmpty();
        }
    }

    /** Whether the client has shown by a cookie of ours that it takes cookies. */
    boolean isFoundByCookie() {
        return opener != null && (foundBy != null || received().tokens().contains(opener));
    }

    /**
     * What the client asked for: the session's public id as it was then, if there is such a session. Null if that is not known, and no
     * cookie may be set: as for a client without a session. An application that redirects clients with a bad id, to have it replaced,
     * would redirect this one for ever.
     */
    @Nullable
    String id() {
        if (!isRequested()) {
            return null;
        }
        try {
            Session unused = find();
        } catch (StoreUnavailableException e) {
            return shownId(); // A call that needs more than that will meet the failure.
        }
        if (foundAs != null) {
            return foundAs;
        }
        return leftOut || standIn != null ? null : shownId();
    }

    private @Nullable String shownId() {
        if (!received().tokens().isEmpty()) {
            return received().tokens().get(0).id().toString();
        }
        return received()
                .firstText()
                .or(() -> Optional.ofNullable(inUrl))
                .map(SessionLookup::publicPart)
                .orElse(null);
    }

    /** What of a text that is no token may be shown: what stands before a dot, and no more than the length of an id. */
    private static String publicPart(String text) {
        int dot = text.indexOf('.');
        return text.substring(0, Math.min(dot < 0 ? text.length() : dot, SessionId.LENGTH));
    }

    private ReceivedCookie received() {
        ReceivedCookie known = received;
        if (known == null) {
            known = read();
            received = known;
        }
        return known;
    }

    private ReceivedCookie read() {
        TokenTransport transport = application.transportOf(request);
        if (transport != null) {
            return ReceivedCookie.of(transport.read(request));
        }
        return application.tracking().byCookie() ? readCookies() : ReceivedCookie.NONE;
    }

    /** From the raw headers: containers that parse cookies drop or change some, and show one of several alike. */
    private ReceivedCookie readCookies() {
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
