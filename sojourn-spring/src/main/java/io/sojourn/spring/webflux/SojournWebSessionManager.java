package io.sojourn.spring.webflux;

import io.sojourn.AsyncSessionManager;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.http.SessionCookie;
import io.sojourn.servlet.OutagePolicy;
import io.sojourn.servlet.TokenTransport;
import io.sojourn.spring.ContextPrincipal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import org.springframework.web.server.session.DefaultWebSessionManager;
import org.springframework.web.server.session.WebSessionStore;
import reactor.core.publisher.Mono;

/**
 * The {@code WebSession} of WebFlux from a {@link SessionManager}, without blocking. Register it as the bean {@code
 * webSessionManager}; Spring Boot does so by itself.
 *
 * <ul>
 *   <li>The cookie and the sessions are those of the servlet filter: a session that a servlet application has stored is found
 *       here, and the other way round.
 *   <li>A request that does not ask for its session costs no command to the store; one that asks, one; one that changes it, two.
 *   <li>The session is saved before the response leaves, and merged by attribute with what other requests have saved. What is
 *       changed after that needs {@link WebSession#save()}.
 *   <li>A session is stored once something is in it, or {@link WebSession#start()} was called.
 *   <li>A sign-in through Spring Security binds the session to {@code Authentication.getName()} and replaces its secret. When the
 *       security context leaves the session, the user is signed out, and the secret is replaced once more.
 *   <li>Where the limit of sessions refuses new ones ({@link io.sojourn.LimitPolicy#REFUSE_NEW}), a sign-in is stored by {@link
 *       WebSession#changeSessionId()}, which Spring Security calls at each sign-in. If it is refused, the sign-in fails as with Spring
 *       Security's own limit. Of a sign-in without that call the response becomes a 401.
 *   <li>While the store is out of reach, a request that asks for its session gets a 503.
 * </ul>
 *
 * <p>It is a {@link DefaultWebSessionManager}, since Spring Security's limit of sessions asks for one. Its {@linkplain
 * #getSessionStore() store} opens sessions by a token and ends them by the id of a {@code WebSession}. Its id resolver is not used: ids of
 * sessions are in no cookie.
 */
public final class SojournWebSessionManager extends DefaultWebSessionManager {

    private static final boolean HAS_SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.context.SecurityContext",
            SojournWebSessionManager.class.getClassLoader());

    private final AsyncSessionManager manager;
    private final SessionCookie cookie;
    private final @Nullable TokenHeader tokenHeader;
    private final OutagePolicy policy;
    private final LeftOutLog leftOutLog = new LeftOutLog();
    private final @Nullable WebSignIn signIn;

    private SojournWebSessionManager(Builder from) {
        manager = from.manager.async();
        cookie = from.cookie;
        tokenHeader = from.tokenHeader;
        policy = from.policy;
        signIn = HAS_SECURITY ? new WebSignIn(from.contextAttribute, manager.settings()) : null;
        setSessionStore(new Store());
    }

    /** Begins with all defaults. */
    public static Builder builder(SessionManager manager) {
        return new Builder(manager);
    }

    @Override
    public Mono<WebSession> getSession(ServerWebExchange exchange) {
        return Mono.defer(() -> {
            RequestSession request =
                    new RequestSession(manager, cookie, tokenHeader, policy, leftOutLog, signIn, exchange);
            return request.find()
                    .doOnNext(session -> exchange.getResponse().beforeCommit(() -> request.beforeCommit(session)));
        });
    }

    /** The cookie. */
    public SessionCookie cookie() {
        return cookie;
    }

    /** For those who ask for sessions without a request. */
    private final class Store implements WebSessionStore {

        @Override
        public Mono<WebSession> createWebSession() {
            return Mono.fromSupplier(() -> view(manager.create()));
        }

        /** By a token only: ids are no secret, and what gets here may be a client's text. */
        @Override
        public Mono<WebSession> retrieveSession(String sessionId) {
            return Replies.of(() -> manager.find(sessionId)).flatMap(found -> Mono.justOrEmpty(found.map(this::view)));
        }

        private WebSession view(io.sojourn.Session session) {
            return new SojournWebSession(
                    manager,
                    session,
                    (name, before, now) -> {
                        if (signIn != null) {
                            boolean unused = signIn.changed(session, null, name, before, now);
                        }
                    },
                    null);
        }

        @Override
        public Mono<Void> removeSession(String sessionId) {
            return Mono.justOrEmpty(SessionId.ofPublicId(sessionId))
                    .flatMap(id -> Replies.of(() -> manager.revoke(id)))
                    .then();
        }

        /** Each use of a session is noted when it is saved. */
        @Override
        public Mono<WebSession> updateLastAccessTime(WebSession webSession) {
            return Mono.just(webSession);
        }
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {

        private final SessionManager manager;
        private SessionCookie cookie = SessionCookie.builder().build();
        private @Nullable TokenHeader tokenHeader;
        private OutagePolicy policy = OutagePolicy.UNAVAILABLE;
        private String contextAttribute = ContextPrincipal.CONTEXT_ATTRIBUTE;

        private Builder(SessionManager manager) {
            this.manager = Objects.requireNonNull(manager, "manager");
        }

        /** The cookie. Default: that of {@link SessionCookie#builder()}. */
        public Builder cookie(SessionCookie newCookie) {
            cookie = Objects.requireNonNull(newCookie, "cookie");
            return this;
        }

        /**
         * Carries the session's token in this header, and not by the cookie; see {@link TokenTransport#header}. Default: by the cookie.
         * A response whose header is empty says that this request has ended the session. A token that opens no session is not answered
         * with an empty header: its session may have been written by a newer node, and can be opened there.
         *
         * @throws IllegalArgumentException if no header can have that name
         */
        public Builder tokenHeader(String name) {
            tokenHeader = new TokenHeader(name, false);
            return this;
        }

        /**
         * Carries the token in this header for requests that have it, even if it is empty, and by the cookie for all others; see
         * {@link TokenTransport#headerOrCookie}.
         *
         * @throws IllegalArgumentException if no header can have that name
         */
        public Builder tokenHeaderOrCookie(String name) {
            tokenHeader = new TokenHeader(name, true);
            return this;
        }

        /** What to do while the store is out of reach. Default {@link OutagePolicy#UNAVAILABLE}. */
        public Builder onOutage(OutagePolicy newPolicy) {
            policy = Objects.requireNonNull(newPolicy, "onOutage");
            return this;
        }

        /**
         * The attribute in which Spring Security keeps its context, if it was changed with {@code
         * WebSessionServerSecurityContextRepository.setSpringSecurityContextAttrName}. Default {@link
         * ContextPrincipal#CONTEXT_ATTRIBUTE}.
         */
        public Builder securityContextAttribute(String name) {
            contextAttribute = Objects.requireNonNull(name, "securityContextAttribute");
            return this;
        }

        /** The manager of WebFlux's sessions. */
        public SojournWebSessionManager build() {
            return new SojournWebSessionManager(this);
        }
    }
}
