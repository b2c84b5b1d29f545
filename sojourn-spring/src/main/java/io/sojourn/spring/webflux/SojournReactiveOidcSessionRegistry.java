package io.sojourn.spring.webflux;

import io.sojourn.AsyncSessionManager;
import io.sojourn.SessionManager;
import io.sojourn.spring.OidcSessions;
import org.springframework.security.oauth2.client.oidc.authentication.logout.OidcLogoutToken;
import org.springframework.security.oauth2.client.oidc.server.session.ReactiveOidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionInformation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends sessions of WebFlux at an OpenID provider's back-channel logout, on every node, as {@link
 * io.sojourn.spring.SojournOidcSessionRegistry} does with servlets. Spring Boot registers it by itself.
 */
public final class SojournReactiveOidcSessionRegistry implements ReactiveOidcSessionRegistry {

    private final AsyncSessionManager manager;

    /** Ends the sessions of this manager. */
    public SojournReactiveOidcSessionRegistry(SessionManager manager) {
        this.manager = manager.async();
    }

    /** Enters the session of the current request into the indexes. */
    @Override
    public Mono<Void> saveSessionInformation(OidcSessionInformation info) {
        return CurrentWebSession.named(info.getSessionId())
                .doOnNext(session -> OidcSessions.enter(session, info.getPrincipal()))
                .then();
    }

    /** Does nothing: a session leaves the indexes when it ends. */
    @Override
    public Mono<OidcSessionInformation> removeSessionInformation(String clientSessionId) {
        return Mono.empty();
    }

    /**
     * Ends the sessions that the token names: those of its {@code sid}, or all of its subject.
     *
     * @return nothing, since there is nothing left to end
     */
    @Override
    public Flux<OidcSessionInformation> removeSessionInformation(OidcLogoutToken token) {
        return Mono.fromSupplier(() -> OidcSessions.named(token))
                .flatMap(named -> Replies.of(() -> manager.revokeByIndex(named.index(), named.value())))
                .thenMany(Flux.empty());
    }
}
