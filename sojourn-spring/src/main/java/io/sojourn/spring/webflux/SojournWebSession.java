package io.sojourn.spring.webflux;

import io.sojourn.AsyncSessionManager;
import io.sojourn.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/** A session as WebFlux sees it; one object a request. */
final class SojournWebSession implements WebSession {

    /** WebFlux's word for never. */
    private static final Duration NEVER = Duration.ofSeconds(-1);

    private final AsyncSessionManager manager;
    private final Session session;
    private final Map<String, Object> attributes;
    private final @Nullable RequestSession request;

    private volatile boolean started;

    /** @param request null for a session that no request has asked for */
    SojournWebSession(
            AsyncSessionManager manager,
            Session session,
            SessionAttributes.Listener listener,
            @Nullable RequestSession request) {
        this.manager = manager;
        this.session = session;
        this.attributes = new SessionAttributes(session, listener);
        this.request = request;
    }

    Session session() {
        return session;
    }

    /** The public id: it changes whenever the secret does, and opens nothing. */
    @Override
    public String getId() {
        return session.publicId();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public void start() {
        session.storeEvenIfEmpty();
        started = true;
    }

    @Override
    public boolean isStarted() {
        return !session.isEnded()
                && (started
                        || session.isStored()
                        || session.principal().isPresent()
                        || !session.names().isEmpty());
    }

    /**
     * The new secret is stored, and the client told, when the response is about to leave. A sign-in that the limit of sessions may
     * refuse is stored at once, and fails if it is refused: Spring Security calls this at each sign-in.
     */
    @Override
    public Mono<Void> changeSessionId() {
        return Mono.defer(() -> {
            if (request != null) {
                return request.changeId(this);
            }
            Object unused = session.rotate();
            return Mono.empty();
        });
    }

    @Override
    public Mono<Void> invalidate() {
        return Replies.of(() -> manager.revoke(session)).then();
    }

    /** Stores what has changed so far. Without it that is done when the response is about to leave. */
    @Override
    public Mono<Void> save() {
        return Mono.defer(() -> {
            if (!isStarted()) {
                return Mono.empty();
            }
            return request == null ? Replies.of(() -> manager.save(session)).then() : request.save(this);
        });
    }

    @Override
    public boolean isExpired() {
        return session.isEnded();
    }

    @Override
    public Instant getCreationTime() {
        return session.createdAt();
    }

    @Override
    public Instant getLastAccessTime() {
        return session.lastAccessedAt();
    }

    @Override
    public void setMaxIdleTime(Duration maxIdleTime) {
        session.setIdleTimeout(maxIdleTime.isNegative() ? Duration.ZERO : maxIdleTime);
    }

    @Override
    public Duration getMaxIdleTime() {
        return session.idleTimeout().isZero() ? NEVER : session.idleTimeout();
    }

    @Override
    public String toString() {
        return "WebSession[" + getId() + (session.isEnded() ? ", ended" : "") + "]";
    }
}
