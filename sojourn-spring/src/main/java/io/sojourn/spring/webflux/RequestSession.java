package io.sojourn.spring.webflux;

import io.sojourn.AsyncSessionManager;
import io.sojourn.Lookup;
import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import io.sojourn.StandIn;
import io.sojourn.StoreUnavailableException;
import io.sojourn.http.CookieLife;
import io.sojourn.http.ReceivedCookie;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.OutagePolicy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * What one request knows of its session: which token opened it, what the client is to be told. One step of the request comes
 * after the other, so nothing here is locked.
 */
final class RequestSession {

    private static final Logger LOG = System.getLogger(RequestSession.class.getPackageName());
    private static final String RETRY_AFTER_SECONDS = "1";

    /** The attribute of Spring Security's {@code WebSessionServerCsrfTokenRepository}. */
    private static final String CSRF_TOKEN =
            "org.springframework.security.web.server.csrf.WebSessionServerCsrfTokenRepository.CSRF_TOKEN";

    private final AsyncSessionManager manager;
    private final SessionCookie cookie;
    private final CookieLife cookieLife;
    private final OutagePolicy policy;
    private final LeftOutLog leftOutLog;
    private final @Nullable WebSignIn signIn;
    private final ServerHttpRequest request;
    private final ServerHttpResponse response;
    private final boolean secure;

    /** The header by which this request carries its token; null if it does so by the cookie. */
    private final @Nullable String header;

    private final ReceivedCookie received;

    private @Nullable SessionToken held;
    private boolean misplaced;
    private @Nullable Session standIn;
    private boolean leftOut;
    private boolean savesNoMore;
    private boolean hasSignedIn;
    private boolean committing;
    private @Nullable String written;

    /** Names of the attributes that were set or removed since the last call of {@code changeSessionId}, whether saved or not. */
    private final Set<String> changedSinceNewId = ConcurrentHashMap.newKeySet();

    RequestSession(
            AsyncSessionManager manager,
            SessionCookie cookie,
            @Nullable TokenHeader tokenHeader,
            OutagePolicy policy,
            LeftOutLog leftOutLog,
            @Nullable WebSignIn signIn,
            ServerWebExchange exchange) {
        this.manager = manager;
        this.cookie = cookie;
        this.cookieLife = new CookieLife(manager.settings(), cookie);
        this.policy = policy;
        this.leftOutLog = leftOutLog;
        this.signIn = signIn;
        this.request = exchange.getRequest();
        this.response = exchange.getResponse();
        this.secure = "https".equalsIgnoreCase(request.getURI().getScheme());
        List<String> texts = tokenHeader == null ? List.of() : values(request.getHeaders(), tokenHeader.name());
        this.header =
                tokenHeader == null || (tokenHeader.besidesCookie() && texts.isEmpty()) ? null : tokenHeader.name();
        this.received = header == null
                ? received()
                : ReceivedCookie.of(
                        texts.stream().filter(text -> !text.isBlank()).toList());
    }

    private ReceivedCookie received() {
        List<String> headers = values(request.getHeaders(), HttpHeaders.COOKIE);
        return headers.isEmpty() ? ReceivedCookie.NONE : cookie.read(String.join("; ", headers), secure);
    }

    /** By no method of {@link HttpHeaders} that has another signature in the other version of Spring. */
    private static List<String> values(HttpHeaders headers, String name) {
        List<String> values = new ArrayList<>(1);
        headers.forEach((present, all) -> {
            if (present.equalsIgnoreCase(name)) {
                values.addAll(all);
            }
        });
        return values;
    }

    /** The session that the client's cookie opens, or a new one. */
    Mono<SojournWebSession> find() {
        return lookUp(0)
                .onErrorResume(StoreUnavailableException.class, this::withoutStore)
                .switchIfEmpty(Mono.fromSupplier(this::another))
                .map(session -> new SojournWebSession(
                        manager,
                        session,
                        (name, before, now) -> {
                            changedSinceNewId.add(name);
                            hasSignedIn |= signIn != null && signIn.changed(session, request, name, before, now);
                        },
                        this));
    }

    private Mono<Session> lookUp(int index) {
        if (index == received.tokens().size()) {
            if (standIn != null && standIn.isStored()) {
                return Mono.just(standIn);
            }
            if (received.candidatesLeftOut()) {
                leftOut = true;
                leftOutLog.candidatesLeftOut();
            }
            return Mono.empty();
        }
        SessionToken token = received.tokens().get(index);
        return Replies.of(() -> manager.lookup(token))
                .onErrorResume(StoreUnavailableException.class, e -> lastKnown(token, e))
                .flatMap(lookup -> {
                    if (lookup instanceof Lookup.Found found) {
                        held = token;
                        misplaced = !received.isCurrent(token);
                        cookieLife.noteTold(found.found());
                        return Mono.just(found.found());
                    }
                    if (lookup instanceof Lookup.Superseded superseded && standIn == null) {
                        standIn = superseded.standIn();
                    }
                    return lookUp(index + 1);
                });
    }

    private Mono<Lookup> lastKnown(SessionToken token, StoreUnavailableException failure) {
        return policy == OutagePolicy.READ_ONLY
                ? Replies.of(() -> manager.findLastKnown(token))
                        .flatMap(Mono::justOrEmpty)
                        .<Lookup>map(Lookup.Found::new)
                        .switchIfEmpty(Mono.error(failure))
                : Mono.error(failure);
    }

    private Mono<Session> withoutStore(StoreUnavailableException failure) {
        if (policy != OutagePolicy.WITHOUT_SESSION) {
            return Mono.error(unavailable(failure));
        }
        leftOut = true;
        return Mono.empty();
    }

    private ResponseStatusException unavailable(StoreUnavailableException failure) {
        if (!isTooLate()) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "The sessions are out of reach", failure);
    }

    /** A response counts as committed from the moment on at which it is about to be, but its headers can still be changed then. */
    private boolean isTooLate() {
        return response.isCommitted() && !committing;
    }

    private Session another() {
        if (standIn != null) {
            return standIn;
        }
        return leftOut ? manager.createForLeftOutTokens() : manager.create();
    }

    /** To be done before the response leaves. */
    Mono<Void> beforeCommit(SojournWebSession view) {
        committing = true;
        return saveOrClear(view).doFinally(end -> committing = false);
    }

    private Mono<Void> saveOrClear(SojournWebSession view) {
        if (view.isStarted()) {
            return save(view);
        }
        // A token that opens nothing stays, in a cookie and in a header: its session may have been written by a newer
        // node, or
        // the client may have a newer one already. The latter goes for a session that was found to be gone as well.
        if (held != null && view.session().isRevoked()) {
            if (header == null) {
                write(cookie.clear(secure));
            } else {
                writeToken(header, "");
            }
        }
        return Mono.empty();
    }

    /**
     * Replaces the secret. Spring Security calls this at each sign-in, and also each time that it stores a CSRF token. A stand-in for
     * a replaced token that gets a new secret cannot be found again, so the form with that CSRF token would be refused. So the
     * stand-in keeps its secret if nothing but a CSRF token was set. Anything else may be a login of the application's own, which an
     * attacker who has planted the replaced cookie must not find.
     */
    Mono<Void> changeId(SojournWebSession view) {
        boolean isCsrfTokenAlone = changedSinceNewId.equals(Set.of(CSRF_TOKEN));
        changedSinceNewId.clear();
        Session session = view.session();
        if (!isCsrfTokenAlone
                || session.standIn().filter(StandIn.REPLACED_TOKEN::equals).isEmpty()) {
            SessionToken unused = session.rotate();
        }
        return saveSignIn(view);
    }

    /**
     * Stores a sign-in that the limit of sessions may refuse, as long as the visitor can be told. While the store is out of reach it
     * fails by whatever policy: that somebody is signed in must not be pretended.
     */
    private Mono<Void> saveSignIn(SojournWebSession view) {
        return hasSignedIn && signIn != null && signIn.mayBeRefused() && !isTooLate()
                ? save(view, OutagePolicy.UNAVAILABLE)
                : Mono.empty();
    }

    /** Saves what has changed, and hands the client its cookie if it is due. */
    Mono<Void> save(SojournWebSession view) {
        return save(view, policy);
    }

    private Mono<Void> save(SojournWebSession view, OutagePolicy onOutage) {
        Session session = view.session();
        if (savesNoMore) {
            return Mono.empty();
        }
        if (isTooLate()) {
            if (!session.isStored()) {
                return Mono.error(
                        new IllegalStateException(
                                "The session cannot be stored any more: the response is committed, so"
                                        + " that the client cannot be given its cookie. Change it before the body is written."));
            }
            session.putOffRenewal(); // The client would not learn of a new secret.
        }
        return Replies.of(() -> manager.save(session))
                .flatMap(outcome -> outcome == SaveOutcome.LIMIT_REACHED && signIn != null
                        ? refused(view, signIn)
                        : Mono.fromRunnable(() -> saved(session, outcome)))
                .onErrorResume(StoreUnavailableException.class, failure -> notSaved(failure, onOutage));
    }

    /** What else was changed is saved, as in any request whose sign-in fails. */
    private Mono<Void> refused(SojournWebSession view, WebSignIn refusing) {
        RuntimeException refusal = refusing.refused(view);
        hasSignedIn = false;
        if (!committing) {
            return Mono.error(refusal);
        }
        // Spring Security translates no error any more.
        Throwable answer = new ResponseStatusException(HttpStatus.UNAUTHORIZED, "The sign-in was refused", refusal);
        return (view.isStarted() ? save(view) : Mono.<Void>empty()).then(Mono.error(answer));
    }

    private Mono<Void> notSaved(StoreUnavailableException failure, OutagePolicy onOutage) {
        savesNoMore = true;
        if (onOutage != OutagePolicy.WITHOUT_SESSION) {
            return Mono.error(unavailable(failure));
        }
        LOG.log(Level.WARNING, "The session was not saved: {0}", failure.getMessage());
        return Mono.empty();
    }

    private void saved(Session session, SaveOutcome outcome) {
        hasSignedIn = false;
        if (outcome == SaveOutcome.GONE || outcome == SaveOutcome.OVERTAKEN || outcome == SaveOutcome.LIMIT_REACHED) {
            savesNoMore = true; // It would be the same the next time.
            return;
        }
        if (!session.isStored() || !session.mayReplaceCookie()) {
            return;
        }
        SessionToken token = session.token();
        boolean isNews = held == null || !held.equals(token);
        boolean due = cookieLife.isDue(session, outcome);
        if (isNews || misplaced || due) {
            if (isNews && isTooLate()) {
                LOG.log(
                        Level.WARNING,
                        "Session {0} got a new secret after the response was committed, so the client could not be told"
                                + " and has lost it; change secrets before the body is written.",
                        token.id());
            }
            held = token;
            misplaced = false;
            if (header == null) {
                write(cookie.set(
                        token,
                        cookieLife.of(session),
                        secure,
                        manager.settings().clock().instant()));
            } else if (isNews) {
                writeToken(header, token.reveal());
            }
        }
    }

    private void writeToken(String name, String value) {
        if (!isTooLate()) {
            response.getHeaders().set(name, value);
        }
    }

    /** The second one of a response replaces the first one. */
    private void write(String header) {
        if (isTooLate()) {
            return;
        }
        HttpHeaders headers = response.getHeaders();
        List<String> others = new ArrayList<>(values(headers, HttpHeaders.SET_COOKIE));
        if (written == null || !others.remove(written)) {
            headers.add(HttpHeaders.SET_COOKIE, header);
        } else {
            headers.set(HttpHeaders.SET_COOKIE, header);
            others.forEach(other -> headers.add(HttpHeaders.SET_COOKIE, other));
        }
        written = header;
    }
}
