package io.sojourn.spring.webflux;

import io.sojourn.Session;
import io.sojourn.SessionId;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The session of the request that is under way. Spring Security keeps the exchange in Reactor's context. */
final class CurrentWebSession {

    private CurrentWebSession() {}

    /** Empty outside of a request, and if the session is not one of this library's. */
    static Mono<Session> find() {
        return Mono.deferContextual(context -> context.<ServerWebExchange>getOrEmpty(ServerWebExchange.class)
                .map(exchange ->
                        exchange.getSession().ofType(SojournWebSession.class).map(SojournWebSession::session))
                .orElseGet(Mono::empty));
    }

    /** The session of this request, if a public id names it, from before a rotation or after it. */
    static Mono<Session> named(String publicId) {
        return find().filter(session ->
                SessionId.ofPublicId(publicId).filter(session.id()::equals).isPresent());
    }
}
