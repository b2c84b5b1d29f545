package io.sojourn.spring.session;

import io.sojourn.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.session.Session;
import org.springframework.util.function.SingletonSupplier;

/** The session of an event. It is loaded when a listener asks for more than its id; one that has ended has no attributes. */
final class ToldSession implements Session {

    private final SessionId id;
    private final SingletonSupplier<Optional<SojournSession>> session;

    ToldSession(SessionId id, Supplier<Optional<SojournSession>> load) {
        this.id = id;
        this.session = SingletonSupplier.of(load);
    }

    private Optional<SojournSession> loaded() {
        return session.obtain();
    }

    private SojournSession live() {
        return loaded().orElseThrow(() -> new IllegalStateException("Session " + id + " has ended"));
    }

    /** The bare id, which the repositories take as well. */
    @Override
    public String getId() {
        return id.toString();
    }

    @Override
    public String changeSessionId() {
        return live().changeSessionId();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // As the interface has it.
    public <T> @Nullable T getAttribute(String attributeName) {
        return loaded().<T>map(session -> session.getAttribute(attributeName)).orElse(null);
    }

    @Override
    public Set<String> getAttributeNames() {
        return loaded().map(SojournSession::getAttributeNames).orElse(Set.of());
    }

    @Override
    public void setAttribute(String attributeName, @Nullable Object attributeValue) {
        live().setAttribute(attributeName, attributeValue);
    }

    @Override
    public void removeAttribute(String attributeName) {
        live().removeAttribute(attributeName);
    }

    @Override
    public Instant getCreationTime() {
        return loaded().map(SojournSession::getCreationTime).orElse(Instant.EPOCH);
    }

    @Override
    public void setLastAccessedTime(Instant lastAccessedTime) {
        live().setLastAccessedTime(lastAccessedTime);
    }

    @Override
    public Instant getLastAccessedTime() {
        return loaded().map(SojournSession::getLastAccessedTime).orElse(Instant.EPOCH);
    }

    @Override
    public void setMaxInactiveInterval(Duration interval) {
        live().setMaxInactiveInterval(interval);
    }

    @Override
    public Duration getMaxInactiveInterval() {
        return loaded().map(SojournSession::getMaxInactiveInterval).orElse(Duration.ZERO);
    }

    @Override
    public boolean isExpired() {
        return loaded().map(SojournSession::isExpired).orElse(true);
    }
}
