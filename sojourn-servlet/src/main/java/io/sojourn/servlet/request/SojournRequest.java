package io.sojourn.servlet.request;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Answers for the container whatever has to do with the session, and never lets it make one of its own. */
public final class SojournRequest extends HttpServletRequestWrapper {

    private final SessionLifecycle session;
    private final SojournResponse response;
    private final HttpServletRequest received;
    private volatile @Nullable SavingAsyncContext async;

    public SojournRequest(HttpServletRequest request, SojournResponse response, SessionLifecycle session) {
        super(request);
        this.received = request;
        this.session = session;
        this.response = response;
    }

    /** Whether a request has passed here already, on behalf of the same session. */
    public static boolean isIn(ServletRequest request, SessionLifecycle session) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            if (wrapper instanceof SojournRequest ours && ours.session == session) {
                return true;
            }
            inner = wrapper.getRequest();
        }
        return false;
    }

    @Override
    public HttpSession getSession() {
        session.forwards().askedIn(getDispatcherType());
        return session.findOrCreate("getSession()");
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        session.forwards().askedIn(getDispatcherType());
        return create ? session.findOrCreate("getSession(true)") : session.find();
    }

    @Override
    public String changeSessionId() {
        session.forwards().askedIn(getDispatcherType());
        return SecretRotation.onDemand(session);
    }

    @Override
    public @Nullable String getRequestedSessionId() {
        return session.requested(SessionLookup::id);
    }

    @Override
    public boolean isRequestedSessionIdValid() {
        return session.isRequestedValid();
    }

    @Override
    public boolean isRequestedSessionIdFromCookie() {
        return session.requested(SessionLookup::isByCookie);
    }

    @Override
    public boolean isRequestedSessionIdFromURL() {
        return session.requested(SessionLookup::isByUrl);
    }

    @Override
    public void login(String username, String password) throws ServletException {
        super.login(username, password);
        signedIn(false, "login(…)");
    }

    @Override
    public boolean authenticate(HttpServletResponse toChallenge) throws IOException, ServletException {
        boolean known = getUserPrincipal() != null;
        if (!known) {
            session.beforeCommit(); // Jetty sends its challenge past every wrapper.
        }
        boolean authenticated = super.authenticate(toChallenge);
        signedIn(known, "authenticate(…)");
        return authenticated;
    }

    private void signedIn(boolean wasBefore, String call) {
        Principal user = getUserPrincipal();
        if (user != null) {
            SecretRotation.atLogin(session, user.getName(), wasBefore, call);
        }
    }

    @Override
    public void logout() throws ServletException {
        Principal user = getUserPrincipal();
        super.logout();
        if (user != null) {
            SecretRotation.atLogout(session, user.getName());
        }
    }

    @Override
    public @Nullable RequestDispatcher getRequestDispatcher(String path) {
        RequestDispatcher dispatcher = super.getRequestDispatcher(path);
        return dispatcher == null ? null : new SavingDispatcher(dispatcher, session);
    }

    /** With our wrappers, where the specification says with the container's: else what is written there would pass us by. */
    @Override
    public AsyncContext startAsync() {
        return started(new SavingAsyncContext(super.startAsync(this, response), session, true, true));
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse other) {
        boolean dispatched = getRequest() != received;
        boolean original = request == this && other == response && !dispatched;
        // Tomcat puts a request of each forward or include below ours, and takes it away when that returns. What is
        // started in
        // there goes on with the request that it was given, so it gets one that keeps it.
        ServletRequest kept = request == this && dispatched
                ? new SojournRequest((HttpServletRequest) getRequest(), response, session)
                : request;
        return started(new SavingAsyncContext(super.startAsync(kept, other), session, original, false));
    }

    private AsyncContext started(SavingAsyncContext context) {
        async = context;
        return context.started();
    }

    /**
     * The one that was started. It is not asked for anything: it may be over already, as when Tomcat ends a forward.
     *
     * @return null before it is started, where a mock answers so; a container throws {@link IllegalStateException}
     */
    @Override
    public @Nullable AsyncContext getAsyncContext() {
        AsyncContext target = super.getAsyncContext();
        if (target == null) {
            return null;
        }
        SavingAsyncContext known = async;
        return known != null && known.isOf(target)
                ? known
                : new SavingAsyncContext(target, session, target.hasOriginalRequestAndResponse(), false);
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> handler) throws IOException, ServletException {
        session.beforeCommit();
        return super.upgrade(handler);
    }
}
