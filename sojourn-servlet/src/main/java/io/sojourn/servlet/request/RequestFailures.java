package io.sojourn.servlet.request;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SojournException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.log.LogThrottle;
import io.sojourn.servlet.OutagePolicy;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with one request's session, and what the visitor gets for it.
 *
 * <p>A save that nobody asked for by name fails inside of a call such as {@code write}. That call then throws, and so does
 * every further one, until somebody has answered the failure: the application, by {@code reset}, {@code resetBuffer} or
 * {@code sendError}, or else the filter. So an application that swallows the exception does not tell its visitor that all
 * is well.
 */
public final class RequestFailures {

    private static final Logger LOG = System.getLogger(RequestFailures.class.getPackageName());

    private static final String RETRY_AFTER_SECONDS = "1";

    private final LogThrottle<String> outages;
    private final boolean readsLastKnown;

    private volatile boolean goesOn;
    private volatile boolean onErrorPage;
    private volatile boolean outageTold;
    private volatile boolean logged;
    private volatile boolean savesNoMore;
    private volatile @Nullable StoreUnavailableException outage;
    private volatile @Nullable SojournException unanswered;
    private volatile @Nullable SojournException ofSave;

    public RequestFailures(OutagePolicy policy, LogThrottle<String> outages) {
        this.outages = outages;
        readsLastKnown = policy == OutagePolicy.READ_ONLY;
        goesOn = policy == OutagePolicy.WITHOUT_SESSION;
    }

    /** From now on this request does without its session if it must: an error page is better than another error. */
    public void beginErrorPage() {
        goesOn = true;
        onErrorPage = true;
    }

    /**
     * Whether an error page follows because the store is out of reach. What protects pages, such as Spring Security, sees a visitor
     * without a session then, and would send a signed-in user to the login page instead of showing the error.
     */
    boolean isErrorPageOfOutage() {
        return onErrorPage && outageTold;
    }

    /** Whether nothing of this request is saved any more. */
    boolean savesNoMore() {
        return savesNoMore;
    }

    /** The store was out of reach a moment ago; once a request is enough to wait for it. */
    void throwIfOut() {
        if (outage != null) {
            throw outage;
        }
    }

    /** Throws it, unless the request is to go on. */
    void lookupFailed(StoreUnavailableException failure) {
        outage = failure;
        if (!goesOn) {
            throw failure;
        }
        log(failure, "The request goes on without a session");
    }

    /** Whether what was last known will do while the store is out of reach. */
    boolean readsLastKnown() {
        return readsLastKnown;
    }

    /** It was shown. */
    void lastKnownRead(StoreUnavailableException failure) {
        logOutage(failure, "The session is read from its last copy");
    }

    /** A save failed, whoever asked for it. */
    void saveFailed(SojournException failure) {
        ofSave = failure;
    }

    /** A save that nobody asked for. */
    SaveOutcome saveImplicitly(Supplier<SaveOutcome> save) {
        if (unanswered != null) {
            throw unanswered;
        }
        if (savesNoMore) {
            return SaveOutcome.UNCHANGED;
        }
        try {
            return save.get();
        } catch (SojournException failure) {
            if (goesOn && failure instanceof StoreUnavailableException) {
                savesNoMore = true;
                log(failure, "The session was not saved");
                return SaveOutcome.UNCHANGED;
            }
            unanswered = failure;
            throw failure;
        }
    }

    /** The application has begun another answer, so it knows. */
    void answeredByApplication() {
        if (unanswered != null) {
            log(unanswered, "The session was not saved");
            unanswered = null;
            savesNoMore = true;
        }
    }

    /**
     * Answers the visitor, if it was for the session's sake that the application threw this: 503 if the store is out of
     * reach, 500 if a save was refused. Tells whether that could be done: not if it was for another reason, or too late.
     */
    boolean answer(Throwable thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        SojournException failure = sojournFailure(thrown);
        if (failure == null) {
            return false;
        }
        unanswered = null;
        savesNoMore = true;
        if (response.isCommitted()) {
            log(failure, "The response had left already");
            return false;
        }
        boolean unavailable = failure instanceof StoreUnavailableException;
        int status =
                unavailable ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        log(failure, "The visitor got status " + status);
        response.reset();
        if (unavailable) {
            outageTold = true;
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        if (request.getDispatcherType() == DispatcherType.ERROR || request.isAsyncStarted()) {
            response.setStatus(status); // The one is an error page itself, the other has left its container.
        } else {
            response.sendError(status);
        }
        return true;
    }

    /** The visitor has another answer already, or will get one; so this is only noted. */
    void tooLateToAnswer(SojournException failure) {
        unanswered = null;
        savesNoMore = true;
        log(failure, "The session was not saved");
    }

    /** Notes it if there is anything in a new session that the client cannot be told of. */
    void newSessionNotStored(Session session) {
        if (!logged
                && session.mayReplaceCookie()
                && !(session.names().isEmpty() && session.principal().isEmpty())) {
            logged = true;
            LOG.log(
                    Level.WARNING,
                    "A new session was not stored, since it got its first attribute when the response was committed."
                            + " If that was in a forward, map SojournFilter to that kind of dispatch as well.");
        }
    }

    private @Nullable SojournException sojournFailure(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 50; cause = cause.getCause(), depth++) {
            if (cause instanceof StoreUnavailableException || cause == ofSave) {
                return (SojournException) cause;
            }
        }
        return null;
    }

    private void log(SojournException failure, String consequence) {
        if (logged) {
            return;
        }
        logged = true;
        if (failure instanceof StoreUnavailableException outage) {
            logOutage(outage, consequence);
        } else {
            LOG.log(Level.WARNING, "{0}: {1}", consequence, failure.getMessage());
        }
    }

    /** Else each request would write its line until the disk is full. */
    private void logOutage(StoreUnavailableException failure, String consequence) {
        outages.ifDue(
                "outage", since -> LOG.log(Level.WARNING, "{0}: {1}{2}", consequence, failure.getMessage(), since));
    }
}
