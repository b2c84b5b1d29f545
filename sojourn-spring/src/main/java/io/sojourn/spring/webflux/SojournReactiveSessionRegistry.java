package io.sojourn.spring.webflux;

import io.sojourn.AsyncSessionManager;
import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import java.util.List;
import java.util.Optional;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.session.ReactiveSessionInformation;
import org.springframework.security.core.session.ReactiveSessionRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spring Security's list of sessions for WebFlux, read from Sojourn's index of principals. So {@code maximumSessions} counts the
 * sessions of all nodes. Spring Boot registers it by itself.
 *
 * <ul>
 *   <li>A session that Spring Security invalidates ends at once, on every node.
 *   <li>Two sign-ins of one user at the same moment can both see a free place. Where the limit must be exact, also set {@link
 *       io.sojourn.SessionSettings.Builder#maxSessionsPerPrincipal}, which is.
 *   <li>A request that is no sign-in costs no command more.
 * </ul>
 */
public final class SojournReactiveSessionRegistry implements ReactiveSessionRegistry {

    private final AsyncSessionManager manager;

    /** Reads and ends the sessions of this manager. */
    public SojournReactiveSessionRegistry(SessionManager manager) {
        this.manager = manager.async();
    }

    /**
     * The live sessions of a principal, at most 1,000.
     *
     * @param principal a {@code UserDetails}, {@code AuthenticatedPrincipal}, {@code java.security.Principal}, or a name
     */
    @Override
    public Flux<ReactiveSessionInformation> getAllSessions(Object principal) {
        String name = new UsernamePasswordAuthenticationToken(principal, null).getName(); // Spring Security's own rule.
        return CurrentWebSession.find()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMapMany(current -> Replies.of(() -> manager.findByPrincipal(name))
                        .flatMapIterable(List::copyOf)
                        .map(info -> new Information(principal, info, publicId(info, current))));
    }

    /** Of the current session the id that the application sees, by which Spring Security knows it again. */
    private static String publicId(SessionInfo info, Optional<Session> current) {
        return current.filter(session -> session.id().equals(info.id()))
                .map(Session::publicId)
                .orElseGet(() -> info.id().toString());
    }

    /** What is known of a signed-in session; nothing of one that is not signed in, or has ended. */
    @Override
    public Mono<ReactiveSessionInformation> getSessionInformation(String sessionId) {
        return Mono.justOrEmpty(SessionId.ofPublicId(sessionId))
                .flatMap(id -> Replies.of(() -> manager.info(id)))
                .flatMap(Mono::justOrEmpty)
                .filter(info -> info.principal().isPresent())
                .map(info -> new Information(info.principal().orElseThrow(), info, sessionId));
    }

    /** Does nothing: the sign-in itself enters the session into the index. */
    @Override
    public Mono<Void> saveSessionInformation(ReactiveSessionInformation information) {
        return Mono.empty();
    }

    /** Does nothing: the session leaves the index when it ends. */
    @Override
    public Mono<ReactiveSessionInformation> removeSessionInformation(String sessionId) {
        return Mono.empty();
    }

    /** Does nothing: each use of a session is noted with the session. */
    @Override
    public Mono<ReactiveSessionInformation> updateLastAccessTime(String sessionId) {
        return Mono.empty();
    }

    private final class Information extends ReactiveSessionInformation {

        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // It is never stored.
        private final SessionInfo info;

        Information(Object principal, SessionInfo info, String sessionId) {
            super(principal, sessionId, info.lastAccessedAt());
            this.info = info;
        }

        @Override
        public Mono<Void> invalidate() {
            return super.invalidate()
                    .then(Replies.of(() -> manager.revoke(info.id())))
                    .then();
        }
    }
}
