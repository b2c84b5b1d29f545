package io.sojourn.servlet;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SojournException;
import io.sojourn.ends.EndWatch;
import io.sojourn.ends.PastSession;
import io.sojourn.ends.SessionEnd;
import io.sojourn.http.SessionCookie;
import io.sojourn.log.SettingName;
import io.sojourn.servlet.container.SessionListeners;
import io.sojourn.servlet.cookie.Application;
import io.sojourn.servlet.cookie.Tracking;
import io.sojourn.servlet.request.RequestFailures;
import io.sojourn.servlet.request.SecretRotation;
import io.sojourn.servlet.request.SessionLifecycle;
import io.sojourn.servlet.request.SojournRequest;
import io.sojourn.servlet.request.SojournResponse;
import io.sojourn.servlet.session.EndedSessions;
import io.sojourn.servlet.session.HttpSessionView;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.SessionTrackingMode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.EventListener;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives the requests behind it sessions from a {@link SessionManager}, through {@code HttpServletRequest.getSession()} as
 * ever. The container's own sessions are never made.
 *
 * <p>Put it first, in front of all requests and all kinds of dispatch; in code, as here, or in a descriptor (the constructor
 * without parameters), or leave it to {@link SojournInitializer}:
 *
 * <pre>{@code
 * FilterRegistration.Dynamic filter = context.addFilter("sojourn", new SojournFilter(manager));
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
 * }</pre>
 *
 * <ul>
 *   <li>A request that does not ask for its session costs no command to the store; one that asks, one.
 *   <li>The session is saved before the first byte of the response leaves, so that a client that follows a redirect finds
 *       it; after that once more at the end, if something has changed in between.
 *   <li>A session is stored, and its cookie sent, once it has a first attribute. That must be before the response is
 *       committed; afterwards it is refused by an {@link IllegalStateException}.
 *   <li>{@code getId()} proves nothing and changes whenever the secret does; the secret is in the cookie alone, and in
 *       URLs only if {@link Builder#trackingModes} says so.
 * </ul>
 *
 * <p>The static methods offer what {@code HttpSession} does not, for any request that has passed the filter, also from
 * within wrappers of others.
 */
public final class SojournFilter implements Filter {

    /** The default of {@link Builder#storeEmptySessions}: no. */
    public static final boolean DEFAULT_STORE_EMPTY_SESSIONS = false;

    /** The default of {@link Builder#onOutage}. */
    public static final OutagePolicy DEFAULT_OUTAGE_POLICY = OutagePolicy.UNAVAILABLE;

    /** The default of {@link Builder#listenToEnds}: yes. */
    public static final boolean DEFAULT_LISTEN_TO_ENDS = true;

    private static final Logger LOG = System.getLogger(SojournFilter.class.getPackageName());

    private final @Nullable FilterSetup byCode;
    private final Map<String, String> environment;
    private final boolean yields;
    private final boolean listensToEnds;

    private volatile @Nullable FilterSetup setUp;
    private volatile boolean stepsAside;
    private volatile @Nullable ServletContext initialized;
    private volatile @Nullable Application application;
    private volatile @Nullable EndWatch watch;

    /**
     * A filter for a descriptor. {@link #init} reads all settings from the filter's init parameters, from those of the web
     * application that begin with {@code sojourn.}, and from the environment, and opens the store; {@link #destroy} closes
     * it. {@code docs/servlet.md} lists the parameters.
     */
    public SojournFilter() {
        this(null, System.getenv(), false, DEFAULT_LISTEN_TO_ENDS);
    }

    /** A filter with all defaults. The manager, and the store behind it, stay the caller's. */
    public SojournFilter(SessionManager manager) {
        this(new Builder(manager));
    }

    private SojournFilter(Builder from) {
        this(
                new FilterSetup(from.manager, from.cookie, none -> {}, from.options(), from.policy, null),
                Map.of(),
                false,
                from.listensToEnds);
    }

    private SojournFilter(
            @Nullable FilterSetup byCode, Map<String, String> environment, boolean yields, boolean listensToEnds) {
        this.byCode = byCode;
        this.environment = environment;
        this.yields = yields;
        this.listensToEnds = listensToEnds;
        setUp = byCode;
    }

    /** For the one that registers itself: it lets all pass if the application turns out to have a filter of its own. */
    static SojournFilter yieldingToOthers(Map<String, String> environment) {
        return new SojournFilter(null, environment, true, DEFAULT_LISTEN_TO_ENDS);
    }

    /** Whether the application has such a filter under any other name than this. */
    static boolean isRegistered(ServletContext context, @Nullable String butNot) {
        return context.getFilterRegistrations().values().stream()
                .anyMatch(filter -> SojournFilter.class.getName().equals(filter.getClassName())
                        && !Objects.equals(filter.getName(), butNot));
    }

    /** Begins with all defaults. */
    public static Builder builder(SessionManager manager) {
        return new Builder(manager);
    }

    /**
     * The session of this request, looked up if nobody has asked for it before; empty if there is none. What is done to
     * it is saved with the request.
     */
    public static Optional<Session> session(HttpServletRequest request) {
        HttpSessionView view = SessionLifecycle.of(request).find();
        return view == null ? Optional.empty() : Optional.of(view.session());
    }

    /**
     * Why the session ended that this request asked for, to tell the user: "You were signed out from another device at 12:41." Empty if
     * there is such a session, if the client has not shown the last token of an ended one, and if that is not known, because it ended more
     * than an hour ago. Needs {@link io.sojourn.SessionSettings.Builder#endEvents}; costs no command beside the look for the session.
     */
    public static Optional<PastSession> ended(HttpServletRequest request) {
        return Optional.ofNullable(SessionLifecycle.of(request).ended());
    }

    /** The session behind an {@code HttpSession}, such as that of an event; empty if it is not one of this library's. */
    public static Optional<Session> session(HttpSession session) {
        return session instanceof HttpSessionView view ? Optional.of(view.session()) : Optional.empty();
    }

    /**
     * Closes a connection when the session ends, such as a WebSocket of the endpoint that was given the session at the handshake: on
     * this node at once, elsewhere (a logout on another node, {@code revokeAll}, a timeout) within 30 s, or within the
     * {@code touchInterval} if that is shorter; and when another user has signed in to it. An attribute that is read by this
     * {@code HttpSession} while the connection is open is a use of the session, which keeps it alive. Tomcat closes the WebSockets of
     * signed-in users by itself, by the same rules, and each message that such a WebSocket receives is a use.
     *
     * @param connection such as a {@code jakarta.websocket.Session} or a {@code WebSocketSession} of Spring
     * @return to be run when the connection is closed, so that it is forgotten
     * @throws IllegalArgumentException if the session is not one of this library's
     * @throws IllegalStateException if the session has ended
     */
    public static Runnable closeAtEnd(HttpSession session, Closeable connection) {
        if (session instanceof HttpSessionView view) {
            return view.closeAtEnd(Objects.requireNonNull(connection, "connection"));
        }
        throw new IllegalArgumentException(
                "This session is not one of Sojourn's: " + session.getClass().getName());
    }

    /**
     * Runs a function on the session of this request and commits at once what it did, on exactly the state that it read;
     * see {@link SessionManager#update(Session, Function)}. Nothing is loaded again for it. If there is no session, one is
     * made.
     *
     * @return what the function gave when it was committed; empty if it gave null, or the session ended in the meantime
     * @throws IllegalStateException if a session would have to be made and the response is committed already
     */
    public static <T> Optional<T> update(HttpServletRequest request, Function<Session, T> function) {
        return SessionLifecycle.of(request).update(function);
    }

    /**
     * Saves the session of this request now, if it has changed: in the middle of a long response. There is no need to call
     * it otherwise. The cookie, if one is due, leaves with the response.
     */
    public static SaveOutcome save(HttpServletRequest request) {
        return SessionLifecycle.of(request).save();
    }

    /**
     * Says who has signed in, and gives the session a new secret: a token from before must not open what is open now
     * (OWASP ASVS 5.0, 7.2.4). If there is no session, one is made. Saved with the request. What is in the session stays in it.
     * The sign-in holds, and its cookie is set, whatever the request has shown: a request whose cookie was replaced a moment ago,
     * as after a double click, gets a new session.
     *
     * @throws IllegalStateException if the response is committed already, so that the client could not be told
     */
    public static void signIn(HttpServletRequest request, String principal) {
        SecretRotation.atSignIn(SessionLifecycle.of(request), session -> session.signIn(principal));
    }

    /**
     * As {@link #signIn(HttpServletRequest, String)}, and removes all attributes but those named: what the visitor, or an attacker
     * who planted the cookie, has put into the session before the sign-in. See {@link Session#signIn(String, Set)}.
     *
     * @param keep the names of the attributes that stay; empty to remove all
     */
    public static void signIn(HttpServletRequest request, String principal, Set<String> keep) {
        SecretRotation.atSignIn(SessionLifecycle.of(request), session -> session.signIn(principal, keep));
    }

    /**
     * Reads the cookie's properties from the context, unless it was given one, and refuses those that no cookie can have;
     * learns which listeners are registered with the context. A filter that was not given a manager reads all other
     * settings as well and opens its store.
     *
     * @throws IllegalArgumentException if a parameter is not known or makes no sense; the message says which, and what would
     */
    @Override
    public void init(FilterConfig config) {
        try {
            start(config);
        } catch (RuntimeException | LinkageError e) {
            // Containers write it to a file of their own, between lines that do not matter, or not at all.
            boolean isTold = e instanceof SojournException
                    || e instanceof IllegalArgumentException
                    || e instanceof IllegalStateException;
            LOG.log(Level.ERROR, "Sessions do not start: " + (isTold ? e.getMessage() : e));
            throw e;
        }
    }

    private void start(FilterConfig config) {
        ServletContext context = config.getServletContext();
        initialized = context;
        stepsAside = yields && isRegistered(context, config.getFilterName());
        if (byCode != null) {
            FilterParameters.refuseAll(config);
        } else if (!stepsAside) {
            setUp = FilterSetup.of(config, environment);
        }
        if (!stepsAside) {
            Application own = setUp().application(context);
            application = own;
            SessionManager manager = setUp().manager();
            if (listensToEnds && manager.settings().endEvents()) {
                EndedSessions ends = setUp().ends(own);
                watch = manager.settings().endEventsOnEveryNode()
                        ? manager.listenToEndsOnEveryNode(ends)
                        : manager.listenToEnds(ends);
            }
        }
    }

    /**
     * Tells the listeners of the web application, and the values of the session that are listeners themselves, that a session has ended
     * without a request of its own: by a timeout, a revocation or a limit. Only for a filter that does not {@linkplain
     * Builder#listenToEnds listen} by itself; otherwise, and before {@link #init}, it does nothing.
     */
    public void ended(SessionEnd end) {
        Application own = application;
        if (!listensToEnds && own != null) {
            setUp().ends(own).ended(end);
        }
    }

    /** Closes the store if the filter has opened it itself. */
    @Override
    public void destroy() {
        FilterSetup last = setUp;
        setUp = byCode;
        application = null;
        EndWatch watching = watch;
        watch = null;
        if (watching != null) {
            watching.close();
        }
        if (last != null) {
            last.close();
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!stepsAside
                && request instanceof HttpServletRequest httpRequest
                && response instanceof HttpServletResponse httpResponse) {
            filter(httpRequest, httpResponse, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ServletContext context = initialized == null ? request.getServletContext() : initialized;
        SessionLifecycle before = SessionLifecycle.in(request);
        SessionLifecycle session =
                before != null && before.context() == context ? before : begin(context, request, response);
        boolean outermost = session.enter();
        if (outermost) {
            session.forwards().dispatched(request);
        }
        try {
            if (SojournRequest.isIn(request, session)) {
                run(session, request, response, chain, outermost);
            } else {
                SojournResponse saving = new SojournResponse(response, session);
                run(session, new SojournRequest(request, saving, session), saving, chain, outermost);
            }
        } finally {
            if (outermost) {
                session.leave();
            }
            if (before != null && before != session) {
                before.attachTo(request); // The dispatch into another web application is over.
            }
        }
    }

    private SessionLifecycle begin(ServletContext context, HttpServletRequest request, HttpServletResponse response) {
        FilterSetup with = setUp();
        RequestFailures failures = new RequestFailures(with.policy(), with.outages());
        SessionLifecycle session =
                new SessionLifecycle(with.manager(), application(context), with.nodes(), failures, request, response);
        session.attachTo(request);
        return session;
    }

    /** Only the outermost pass of a dispatch saves at the end and answers failures. */
    private static void run(
            SessionLifecycle session,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            boolean outermost)
            throws IOException, ServletException {
        if (!outermost) {
            if (request.getDispatcherType() == DispatcherType.FORWARD) {
                forward(session, request, response, chain);
            } else {
                chain.doFilter(request, response);
            }
            return;
        }
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            session.failures().beginErrorPage();
        }
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException | Error e) {
            if (!session.answer(e)) {
                if (request.isAsyncStarted()) {
                    session.saveBetween(); // Its listeners hear of the error next.
                } else {
                    session.saveAside(); // As containers do, which keep each change at once.
                }
                throw e;
            }
            if (request.isAsyncStarted()) {
                request.getAsyncContext().complete(); // Else the answer would wait for the one who failed.
            }
            return;
        }
        if (!request.isAsyncStarted()) {
            end(session);
        } else if (request.getDispatcherType() == DispatcherType.ERROR) {
            session.saveBetween(); // Undertow's error page of an asynchronous request ends it without a call.
        }
    }

    private static void forward(
            SessionLifecycle session, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        session.forwards().begin();
        try {
            chain.doFilter(request, response);
        } finally {
            session.forwards().end();
        }
        session.beforeCommit(); // Which is how a forward ends.
    }

    private static void end(SessionLifecycle session) throws IOException {
        try {
            session.atEnd();
        } catch (SojournException e) {
            session.answer(e);
        }
    }

    /** Beside a transport. */
    static void refuseTracking(@Nullable Tracking tracking) {
        if (tracking != null) {
            throw new IllegalArgumentException(
                    "A header carries the token, so that ways of tracking would change nothing. Set only one of these: "
                            + SettingName.TOKEN_HEADER + ", " + SettingName.TRACKING_MODES);
        }
    }

    private FilterSetup setUp() {
        FilterSetup current = setUp;
        if (current == null) {
            throw new IllegalStateException("The filter is not initialized, or was destroyed");
        }
        return current;
    }

    private Application application(ServletContext context) {
        Application known = application;
        if (known == null || known.context() != context) {
            known = setUp().application(context);
            application = known;
        }
        return known;
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {

        private final SessionManager manager;
        private @Nullable SessionCookie cookie;
        private @Nullable Tracking tracking;
        private OutagePolicy policy = DEFAULT_OUTAGE_POLICY;
        private final List<EventListener> listeners = new ArrayList<>();
        private boolean storesEmptySessions = DEFAULT_STORE_EMPTY_SESSIONS;
        private boolean listensToEnds = DEFAULT_LISTEN_TO_ENDS;
        private @Nullable TokenTransport transport;
        private @Nullable SessionMigration migration;

        private Builder(SessionManager manager) {
            this.manager = Objects.requireNonNull(manager, "manager");
        }

        /**
         * The cookie. Its name must not be that of the container's own session cookie, which the filter calls
         * {@code CONTAINER_SESSION} where it would be the same. Default: as the {@link jakarta.servlet.SessionCookieConfig} of the
         * context says; where that is silent {@code JSESSIONID}, or {@code __Host-JSESSIONID} where browsers take it so, the path of the context,
         * {@code HttpOnly; SameSite=Lax}, and {@code Secure} if the request is secure.
         */
        public Builder cookie(SessionCookie newCookie) {
            cookie = newCookie;
            return this;
        }

        /**
         * How clients show which session is theirs: by {@link SessionTrackingMode#COOKIE} (the default), by
         * {@link SessionTrackingMode#URL}, or by both. Default also URL where the context says so and nothing else.
         *
         * <p><b>With URL, whoever sees a link has the session</b>: the token with its secret is a path parameter of each URL
         * that {@code encodeURL} gives to a client which has not shown the cookie. It is in the logs of every proxy, in the
         * browser's history, in the {@code Referer} header that other sites get, and in what users copy to each other; and
         * somebody can send a link that leads into a session of his own (OWASP ASVS 5.0, 14.2.1; session fixation, which
         * only {@link SojournFilter#signIn} ends). For clients that take no cookies, and nobody else.
         *
         * @throws IllegalArgumentException for {@code SSL}: the sessions of TLS are known to one server alone
         */
        public Builder trackingModes(SessionTrackingMode first, SessionTrackingMode... more) {
            tracking = Tracking.of(EnumSet.of(first, more));
            return this;
        }

        /**
         * Carries the session's token in another way than by a cookie, such as {@link TokenTransport#header
         * TokenTransport.header("X-Auth-Token")}, or {@link TokenTransport#headerOrCookie} for browsers as well. Default: by the
         * {@link #cookie}. Of a request whose token it {@linkplain TokenTransport#carries carries} neither cookies nor URLs are
         * read or written.
         */
        public Builder tokenTransport(TokenTransport newTransport) {
            transport = Objects.requireNonNull(newTransport, "tokenTransport");
            return this;
        }

        /**
         * Opens sessions that another session library has stored, by the cookies that it has set under this filter's cookie name.
         * Default: none. Each request that shows such a cookie costs commands beyond its own, so remove it when no such session
         * is left.
         */
        public Builder migration(SessionMigration newMigration) {
            migration = Objects.requireNonNull(newMigration, "migration");
            return this;
        }

        /** What to do while the store is out of reach. Default {@link #DEFAULT_OUTAGE_POLICY}. */
        public Builder onOutage(OutagePolicy newPolicy) {
            policy = newPolicy;
            return this;
        }

        /**
         * Adds one who wants to hear of sessions: an {@code HttpSessionListener}, {@code HttpSessionIdListener} or
         * {@code HttpSessionAttributeListener}. Default: those that are registered with the container, where it is one that
         * tells them (Tomcat, Jetty, Undertow); these are added behind them. One that is registered in both places hears of
         * each event once.
         *
         * @throws IllegalArgumentException if it would hear of nothing that has to do with sessions
         */
        public Builder listener(EventListener listener) {
            SessionListeners.refuseIfDeaf(listener);
            listeners.add(listener);
            return this;
        }

        /**
         * Whether a session is stored, and its cookie set, even if there is nothing in it. Default
         * {@link #DEFAULT_STORE_EMPTY_SESSIONS}: such a session lives for its request only, so that clients which never come
         * back, such as crawlers, cost nothing. To be switched on for an application that knows its visitors by
         * {@code HttpSession.getId()} alone.
         */
        public Builder storeEmptySessions(boolean store) {
            storesEmptySessions = store;
            return this;
        }

        /**
         * Whether the filter listens to the ends of sessions from its {@link SojournFilter#init} on, if {@link
         * io.sojourn.SessionSettings.Builder#endEvents} is on: on one node at a time, or on every node if {@link
         * io.sojourn.SessionSettings.Builder#endEventsOnEveryNode} is on, too. Default {@link #DEFAULT_LISTEN_TO_ENDS}. Switch it off where the container
         * starts before the application is ready to hear of ends, as in Spring Boot, and pass {@link SojournFilter#ended} to {@link
         * SessionManager#listenToEnds} or {@link SessionManager#listenToEndsOnEveryNode} when it is ready.
         */
        public Builder listenToEnds(boolean listen) {
            listensToEnds = listen;
            return this;
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException if there are tracking modes as well as a token transport
         */
        public SojournFilter build() {
            if (transport != null) {
                refuseTracking(tracking);
            }
            return new SojournFilter(this);
        }

        private Application.Options options() {
            return new Application.Options(tracking, List.copyOf(listeners), storesEmptySessions, transport, migration);
        }
    }
}
