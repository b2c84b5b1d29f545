package io.sojourn.spring.boot.reactive;

import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.server.context.WebSessionServerSecurityContextRepository;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@RestController
class ReactivePages {

    private static final AtomicReference<Sinks.One<String>> WAITING = new AtomicReference<>();

    @GetMapping("/private")
    Mono<String> secured(Mono<Principal> user) {
        return user.map(known -> "hello " + known.getName());
    }

    @GetMapping("/private/oidc")
    Mono<String> oidc(
            @AuthenticationPrincipal OidcUser user,
            @RegisteredOAuth2AuthorizedClient("test") OAuth2AuthorizedClient client) {
        return Mono.just(user.getIdToken().getIssuer() + " " + user.getSubject() + " "
                + client.getAccessToken().getTokenValue());
    }

    @GetMapping("/private/sid")
    Mono<String> sid(@AuthenticationPrincipal OidcUser user) {
        return Mono.just(Objects.requireNonNull(user.getIdToken().getClaimAsString("sid")));
    }

    @GetMapping("/csrf")
    Mono<String> csrf(ServerWebExchange exchange) {
        Mono<CsrfToken> token = Objects.requireNonNull(exchange.getAttribute(CsrfToken.class.getName()));
        return token.map(CsrfToken::getToken);
    }

    @GetMapping("/public/plain")
    Mono<String> plain() {
        return Mono.just("plain");
    }

    @PostMapping("/public/set")
    Mono<String> set(WebSession session, ServerWebExchange exchange) {
        return exchange.getFormData().map(form -> {
            session.getAttributes().put("value", Objects.requireNonNull(form.getFirst("value")));
            return "set";
        });
    }

    @GetMapping("/public/get")
    Mono<String> get(WebSession session) {
        return Mono.just(session.getAttributes().get("value") + " on "
                + Thread.currentThread().getName());
    }

    /** Signs Ada in without a repository of security contexts, which would change the id of the session. */
    @GetMapping("/public/put-context")
    Mono<String> putContext(WebSession session, @RequestParam("value") String value) {
        session.getAttributes().put("value", value);
        session.getAttributes().put("SPRING_SECURITY_CONTEXT", ada());
        return Mono.just("put");
    }

    @GetMapping("/public/sign-in")
    Mono<String> signIn(ServerWebExchange exchange) {
        return new WebSessionServerSecurityContextRepository()
                .save(exchange, ada())
                .thenReturn("signed in");
    }

    private static SecurityContext ada() {
        return new SecurityContextImpl(UsernamePasswordAuthenticationToken.authenticated("ada", null, List.of()));
    }

    @GetMapping("/public/id")
    Mono<String> id(WebSession session) {
        return Mono.just(session.getId());
    }

    @PostMapping("/public/start")
    Mono<String> start(WebSession session) {
        session.start();
        return Mono.just(session.getId());
    }

    @PostMapping("/public/interval")
    Mono<String> interval(WebSession session) {
        session.start();
        session.setMaxIdleTime(Duration.ofSeconds(1234));
        return Mono.just("set");
    }

    @GetMapping("/public/interval")
    Mono<String> maxIdle(WebSession session) {
        return Mono.just("" + session.getMaxIdleTime().toSeconds());
    }

    @PostMapping("/public/rotate")
    Mono<String> rotate(WebSession session) {
        String before = session.getId();
        return session.changeSessionId().then(Mono.fromSupplier(() -> before + " " + session.getId()));
    }

    @PostMapping("/public/invalidate")
    Mono<String> invalidate(WebSession session) {
        return session.invalidate().then(Mono.fromSupplier(() -> "gone " + session.isExpired()));
    }

    /** Changes a value in place. */
    @PostMapping("/public/add")
    @SuppressWarnings("unchecked")
    Mono<String> add(WebSession session) {
        List<Integer> list =
                (List<Integer>) session.getAttributes().computeIfAbsent("list", name -> new ArrayList<Integer>());
        list.add(list.size());
        return Mono.just(list.toString());
    }

    /** Two requests meet here when both have loaded the session, and then each changes an attribute of its own. */
    @GetMapping("/public/meet")
    Mono<String> meet(WebSession session, @RequestParam("name") String name) {
        Sinks.One<String> mine = Sinks.one();
        Sinks.One<String> other = WAITING.getAndSet(mine);
        Mono<String> met;
        if (other == null) {
            met = mine.asMono();
        } else {
            WAITING.set(null);
            other.tryEmitValue("met");
            met = Mono.just("met");
        }
        return met.doOnNext(unused -> session.getAttributes().put(name, name));
    }

    @GetMapping("/public/names")
    Mono<String> names(WebSession session) {
        return Mono.just(
                session.getAttributes().keySet().stream().sorted().toList().toString());
    }

    /** Answers long after it began, so that what it changes is late. */
    @GetMapping("/public/late")
    Mono<String> late(WebSession session) {
        session.getAttributes().put("value", "late");
        return Mono.delay(Duration.ofMillis(10))
                .flatMap(unused -> session.invalidate())
                .then(Mono.fromSupplier(() -> {
                    session.getAttributes().put("value", "after the end");
                    return "done";
                }));
    }

    @GetMapping(path = "/public/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> events(WebSession session) {
        session.getAttributes().put("value", "events");
        return Flux.just("one", "two").concatWith(Mono.defer(() -> {
            session.getAttributes().put("value", "after the events");
            return session.save().thenReturn("three");
        }));
    }

    @GetMapping("/public/block")
    Mono<String> block() {
        return Mono.fromCallable(() -> {
            // Blocks the thread, which the detector is to notice; there is nothing to wait for.
            return "blocked " + new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
        });
    }
}
