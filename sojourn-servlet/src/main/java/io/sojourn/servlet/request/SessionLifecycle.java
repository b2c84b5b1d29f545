package io.sojourn.servlet.request;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SojournException;
import io.sojourn.ends.PastSession;
import io.sojourn.http.CookieLife;
import io.sojourn.servlet.cookie.Application;
import io.sojourn.servlet.cookie.ResponseCookie;
import io.sojourn.servlet.cookie.TokenUrl;
import io.sojourn.servlet.session.HttpSessionView;
import io.sojourn.servlet.session.NodeSessions;
import io.sojourn.servlet.session.SessionAccess;
import io.sojourn.servlet.session.SessionOwner;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request knows of its session; all dispatches of the request share it.
 *
 * <p>The session is looked up when somebody first asks for it. It is saved when the
 * response may begin to leave and again at the end, each time only what has changed since.
 *
 * <p>Thread-safe. The lock is held during I/O on purpose, so that two threads of one request do not load it twice; it is
 * one that virtual threads can wait for.
 */
public final class SessionLifecycle implements SessionOwner {

    private static final String ATTRIBUTE = SessionLifecycle.class.getName();

    private final AtomicBoolean entered = new AtomicBoolean();
    private final ForwardTracker forwards = new ForwardTracker();
    private final ReentrantLock lock = new ReentrantLock();
    private final SessionManager manager;
    private final Application application;
    private final SessionAccess access;
    private final boolean upgrades;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ResponseCookie responseCookie;
    private final CookieLife cookieLife;
    private final RequestFailures failures;
    private final SessionLookup requested;

    private boolean lookedUp;
    private volatile boolean included;
    private volatile boolean over;

    /** Whether a pass through the filter is under way. Outside of one nobody would take the view out of {@link NodeSessions} again. */
    private boolean inside;

    private @Nullable HttpSessionView opened;
    private @Nullable HttpSessionView current;
    private @Nullable SaveOutcome lost;

    /** Of the container's own request and response, below all wrappers of ours. */
    public SessionLifecycle(
            SessionManager manager,
            Application application,
            NodeSessions nodes,
            RequestFailures failures,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.manager = manager;
        this.application = application;
        this.access = new SessionAccess(manager, application.context(), application.listeners(), nodes);
        this.upgrades = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
        this.request = request;
        this.response = response;
        this.responseCookie = new ResponseCookie(application, manager.settings().clock(), request, response);
        this.cookieLife = new CookieLife(manager.settings(), application.cookie());
        this.failures = failures;
        this.requested = new SessionLookup(manager, application, request, failures);
    }

    /** The one that a request carries; null if it has not passed the filter. */
    public static @Nullable SessionLifecycle in(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof SessionLifecycle session ? session : null;
    }

    /** As {@link #in}, for those who cannot do without. */
    public static SessionLifecycle of(ServletRequest request) {
        SessionLifecycle session = in(request);
        if (session == null) {
            throw new IllegalStateException(
                    "This request has not passed the SojournFilter. Map the filter in front of it,"
                            + " for every dispatcher type.");
        }
        return session;
    }

    public void attachTo(ServletRequest to) {
        to.setAttribute(ATTRIBUTE, this);
    }

    /** Whether this is the outermost pass through the filter at the moment; if so, {@link #leave} it. */
    public boolean enter() {
        boolean outermost = entered.compareAndSet(false, true);
        if (outermost) {
            setOver(false);
            if (manager.settings().endEvents()) {
                HttpSessionView unused = locked(() -> {
                    inside = true;
                    beginShowing(current);
                    return current;
                });
            }
        }
        return outermost;
    }

    private void setOver(boolean nobodySavesAnyMore) {
        over = nobodySavesAnyMore;
        responseCookie.setOver(nobodySavesAnyMore);
    }

    public void leave() {
        try {
            if (manager.settings().endEvents()) {
                HttpSessionView unused = locked(this::endShowing);
            }
        } finally {
            entered.set(false);
        }
    }

    private void beginShowing(@Nullable HttpSessionView view) {
        if (view != null && inside) {
            access.nodes().beginShowing(view);
        }
    }

    /** From then on the thread that tells of ends tells the listeners; what was left to this request, it tells now. */
    private @Nullable HttpSessionView endShowing() {
        inside = false;
        HttpSessionView view = current;
        if (view != null) {
            access.nodes().endShowing(view);
            if (view.mustEnd()) {
                end(view, true, HttpSessionView::endRevoked);
            }
        }
        return current;
    }

    public ServletContext context() {
        return application.context();
    }

    public RequestFailures failures() {
        return failures;
    }

    public ForwardTracker forwards() {
        return forwards;
    }

    /** The session, if there is one. */
    @Nullable
    public HttpSessionView find() {
        return locked(() -> {
            lookUp();
            return current;
        });
    }

    /** Why the session has ended that the client asked for; null if there is one, or if that is not known. */
    public @Nullable PastSession ended() {
        return locked(() -> {
            lookUp();
            return requested.ended();
        });
    }

    private void lookUp() {
        if (current != null && current.mustEnd()) {
            end(current, true, HttpSessionView::endRevoked);
        }
        if (!lookedUp) {
            Session found = requested.find();
            lookedUp = true;
            if (found != null) {
                opened = access.view(this, found);
                current = opened;
                beginShowing(opened);
                if (requested.opener() != null) {
                    responseCookie.noteHeld(requested.opener(), requested.isInPlace());
                    cookieLife.noteTold(found);
                }
            }
        }
    }

    /**
     * The session, made if there is none.
     *
     * @param call what asks for it, for the message if that comes too late
     */
    HttpSessionView findOrCreate(String call) {
        return locked(() -> {
            lookUp();
            if (current == null) {
                Session made = requested.makeAnother();
                requireStorable(made, call);
                if (application.options().storesEmptySessions()) {
                    made.storeEvenIfEmpty();
                }
                current = access.view(this, made);
                beginShowing(current);
                lost = null;
                application.listeners().created(current);
            }
            return current;
        });
    }

    @Override
    public void requireStorable(Session session, String call) {
        if (!session.isStored() && !session.isEnded() && session.mayReplaceCookie()) {
            requireTellable(call);
        }
    }

    /** Refuses what would give a stored session a secret that the client cannot be told of any more. */
    void requireTellable(String call) {
        if (responseCookie.isTooLate() && !failures.savesNoMore()) {
            throw new IllegalStateException(
                    call + " came too late: the response is committed, so that the client cannot"
                            + " be given a session cookie any more. Call it before the body is written or flushed.");
        }
    }

    /** Runs and commits a function on the session. */
    public <T> Optional<T> update(Function<Session, T> function) {
        return locked(() -> {
            HttpSessionView view = findOrCreate("update(…)");
            requireStorable(view.session(), "update(…)");
            Optional<T> result = manager.update(view.session(), function);
            changed(view);
            return result;
        });
    }

    /**
     * The store comes first: nothing that a listener does can keep the session from ending. If the session goes on, because the
     * client has signed in meanwhile as another principal, the client holds the cookie of that sign-in, which stays: a session
     * that is made afterwards does not replace it either, unless it is signed in.
     */
    @Override
    public void invalidate(HttpSessionView view) {
        locked(() -> {
            boolean tells = access.nodes().invalidate(view.session());
            boolean ended = view.session().isRevoked();
            if (view == opened) {
                requested.noteEnd();
                if (!ended) {
                    requested.noteReplacedToken();
                }
            }
            end(view, ended, tells ? HttpSessionView::end : HttpSessionView::endRevoked);
            return tells;
        });
    }

    @Override
    public void revoked(HttpSessionView view) {
        locked(() -> {
            if (view.mustEnd()) {
                end(view, true, HttpSessionView::endRevoked);
            }
            return view;
        });
    }

    private void end(HttpSessionView view, boolean clearsCookie, Consumer<HttpSessionView> ending) {
        try {
            ending.accept(view);
        } finally {
            access.nodes().endShowing(view);
            if (view == current) {
                current = null;
                if (clearsCookie) {
                    responseCookie.clear();
                }
                hurry();
            }
        }
    }

    /** What somebody does to the session who has kept it for longer than the request is stored at once: nobody else would. */
    @Override
    public void changed(HttpSessionView view) {
        view.tellIfIdChanged();
        if (over) {
            SaveOutcome unused = locked(() -> view == current ? save(view.session()) : SaveOutcome.UNCHANGED);
        } else {
            hurry();
        }
    }

    private void hurry() {
        if (upgrades) {
            beforeCommit(); // Jetty answers past every wrapper.
        } else if (forwards.isUnseen()) {
            beforeForward();
        }
    }

    /** What the client asked for. */
    <T extends @Nullable Object> T requested(Function<SessionLookup, T> question) {
        return locked(() -> question.apply(requested));
    }

    /** With the token, if URLs are to carry it and this client has not shown that it takes cookies. */
    String encoded(String url) {
        if (!application.tracking().byUrl()) {
            return url;
        }
        return locked(() -> {
            HttpSessionView view = current != null || requested.isRequested() ? find() : null;
            return view == null || !view.session().mayReplaceCookie() || isShownByCookie(view)
                    ? url
                    : TokenUrl.with(request, url, view.session().token().reveal());
        });
    }

    private boolean isShownByCookie(HttpSessionView view) {
        return view == opened && requested.isFoundByCookie();
    }

    /** Whether the session that the client asked for is this request's. */
    boolean isRequestedValid() {
        return locked(() -> {
            lookUp();
            return opened != null && opened == current && !opened.session().isEnded();
        });
    }

    /** Saves what has changed, and puts the cookie into the response if it is due. Whatever goes wrong is thrown. */
    public SaveOutcome save() {
        return locked(() -> saveAndTell(false));
    }

    /** @param last whether the application has done its part */
    private SaveOutcome saveAndTell(boolean last) {
        if (current != null && current.mustEnd()) {
            end(current, true, HttpSessionView::endRevoked);
        }
        HttpSessionView view = current;
        try {
            return view == null ? SaveOutcome.UNCHANGED : save(view, last);
        } finally {
            responseCookie.write();
            if (last && view != null && view.hasLostTimeout()) {
                application.once().logTimeoutLost();
            }
            warnOfContainerSession();
        }
    }

    private void warnOfContainerSession() {
        if (application.sharesCookieName() && request.getSession(false) != null) {
            application.once().logContainerSession(application.cookie().name());
        }
    }

    private SaveOutcome save(HttpSessionView view, boolean last) {
        view.tellIfIdChanged();
        view.events().passivate();
        try {
            return save(view.session());
        } finally {
            if (last) {
                view.events().stayPassive();
            } else {
                view.events().activate();
            }
        }
    }

    private SaveOutcome save(Session session) {
        if (lost != null) {
            if (lost != SaveOutcome.LIMIT_REACHED || session.principal().isPresent()) {
                return lost;
            }
            lost = null; // The refused sign-in was taken back.
        }
        if (session.isNew() && !session.isStored() && session.mayReplaceCookie() && responseCookie.isTooLate()) {
            failures.newSessionNotStored(session);
            return SaveOutcome.UNCHANGED; // Nobody could ever open it.
        }
        if (responseCookie.isTooLate()) {
            session.putOffRenewal(); // The client would not learn of a new secret.
        }
        SaveOutcome outcome;
        try {
            outcome = manager.save(session);
        } catch (SojournException e) {
            failures.saveFailed(e);
            throw e;
        }
        if (outcome == SaveOutcome.GONE || outcome == SaveOutcome.OVERTAKEN || outcome == SaveOutcome.LIMIT_REACHED) {
            lost = outcome; // It would be the same the next time.
        } else if (session.isStored() && session.mayReplaceCookie()) {
            responseCookie.hand(session.token(), cookieLife.of(session));
            if (cookieLife.isDue(session, outcome) && !requested.isForOther(session.token())) {
                responseCookie.handAgain(session.token(), cookieLife.of(session));
            }
        }
        return outcome;
    }

    /** To be called before anything that may send a part of the response. If this throws, nothing may be sent. */
    public void beforeCommit() {
        if (!responseCookie.isTooLate()) {
            saveImplicitly(false);
        }
    }

    /** Saves if the client is to be told of a new session or secret; else there is time until the end. */
    void beforeForward() {
        if (locked(() -> responseCookie.isDue(current == null ? null : current.session()))) {
            beforeCommit();
        }
    }

    void beforeInclude() {
        if (!included) {
            included = true;
            beforeCommit();
        }
    }

    /** To be called when the application has done its part: saves what has changed since the response left. */
    public void atEnd() {
        try {
            saveImplicitly(true);
        } finally {
            setOver(true);
        }
    }

    private void saveImplicitly(boolean last) {
        locked(() -> failures.saveImplicitly(() -> saveAndTell(last)));
    }

    /** Saves what has changed, where there is nobody left to tell that it failed. */
    public void saveAside() {
        try {
            atEnd();
        } catch (SojournException e) {
            failures.tooLateToAnswer(e);
        }
    }

    /** Saves what has changed, where nobody is to be told that it failed, and there may be more to come. */
    public void saveBetween() {
        try {
            saveImplicitly(false);
        } catch (SojournException e) {
            failures.tooLateToAnswer(e);
        }
    }

    /** See {@link RequestFailures#answer}. */
    public boolean answer(Throwable thrown) throws IOException {
        return failures.answer(thrown, request, response);
    }

    /** Runs something while no other thread of this request is at its session. */
    <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
