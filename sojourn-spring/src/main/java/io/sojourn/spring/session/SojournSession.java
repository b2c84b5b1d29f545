package io.sojourn.spring.session;

import io.sojourn.Session;
import io.sojourn.spring.ContextPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.ReactiveFindByIndexNameSessionRepository;
import org.springframework.util.ClassUtils;

/**
 * A session as Spring Session's API shows it. What is done to it is stored by the repository's {@code save}, merged by attribute
 * with what others have saved since.
 *
 * <p>The attributes {@link FindByIndexNameSessionRepository#PRINCIPAL_NAME_INDEX_NAME} and {@code SPRING_SECURITY_CONTEXT} say who is
 * signed in, as with Spring Session, the first before the second: setting one signs that user in, and removing it signs the
 * user out.
 */
public final class SojournSession implements org.springframework.session.Session {

    /** Spring Session's word for never. */
    private static final Duration NEVER = Duration.ofSeconds(-1);

    private static final boolean HAS_SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.context.SecurityContext", SojournSession.class.getClassLoader());

    /** Of the blocking repository and of the reactive one, which have different names for the same. */
    private static final List<String> PRINCIPAL_NAMES = List.of(
            FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME,
            ReactiveFindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME);

    private final Session session;
    private final InstantSource clock;
    private volatile Instant lastAccessedTime;
    private volatile boolean endsAtOnce;

    SojournSession(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
        this.lastAccessedTime = session.lastAccessedAt();
    }

    /** The session itself, for what Spring Session's API does not have, such as its token, principal and labels. */
    public Session session() {
        return session;
    }

    /** The {@linkplain Session#publicId() public id}. It changes at a sign-in of a new session, and by {@link #changeSessionId}. */
    @Override
    public String getId() {
        return session.publicId();
    }

    /**
     * Gives the session a new secret and with it a new id, once it is saved. Only {@code HttpServletRequest.changeSessionId()} can
     * tell the client: of a session that was found by its id, the client is signed out by this.
     */
    @Override
    public String changeSessionId() {
        Object unused = session.rotate();
        return getId();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // As the interface has it.
    public <T> @Nullable T getAttribute(String attributeName) {
        return session.get(attributeName);
    }

    @Override
    public Set<String> getAttributeNames() {
        return session.names();
    }

    /** @throws io.sojourn.ValueNotAcceptedException if the value cannot be stored; the attribute keeps what it had */
    @Override
    public void setAttribute(String attributeName, @Nullable Object attributeValue) {
        session.set(attributeName, attributeValue);
        if (isPrincipalName(attributeName) || attributeName.equals(ContextPrincipal.CONTEXT_ATTRIBUTE)) {
            signIn(principal());
        }
    }

    @Override
    public void removeAttribute(String attributeName) {
        setAttribute(attributeName, null);
    }

    /** Whether this attribute, or index, is the one that says who is signed in. */
    static boolean isPrincipalName(String name) {
        return PRINCIPAL_NAMES.contains(name);
    }

    private @Nullable String principal() {
        for (String attribute : PRINCIPAL_NAMES) {
            Object name = session.get(attribute);
            if (name instanceof String given && !given.isEmpty()) {
                return given;
            }
        }
        return HAS_SECURITY ? ContextPrincipal.name(session.get(ContextPrincipal.CONTEXT_ATTRIBUTE)) : null;
    }

    private void signIn(@Nullable String principal) {
        Optional<String> before = session.principal();
        if (Objects.equals(principal, before.orElse(null))) {
            return;
        }
        Object unused = principal == null ? session.signOut() : session.signIn(principal);
    }

    @Override
    public Instant getCreationTime() {
        return session.createdAt();
    }

    /** Counts in this object. When a session was used last is stored by {@code save}, and is the time of the save. */
    @Override
    public void setLastAccessedTime(Instant lastAccessedTime) {
        this.lastAccessedTime = lastAccessedTime;
    }

    @Override
    public Instant getLastAccessedTime() {
        return lastAccessedTime;
    }

    /** With zero the session ends when it is saved; with less than zero it has no idle timeout. */
    @Override
    public void setMaxInactiveInterval(Duration interval) {
        endsAtOnce = interval.isZero();
        if (!endsAtOnce) {
            session.setIdleTimeout(interval.isNegative() ? Duration.ZERO : interval);
        }
    }

    @Override
    public Duration getMaxInactiveInterval() {
        if (endsAtOnce) {
            return Duration.ZERO;
        }
        return session.idleTimeout().isZero() ? NEVER : session.idleTimeout();
    }

    boolean endsAtOnce() {
        return endsAtOnce;
    }

    @Override
    public boolean isExpired() {
        Instant now = clock.instant();
        boolean idle = !session.idleTimeout().isZero() && !now.isBefore(lastAccessedTime.plus(session.idleTimeout()));
        return endsAtOnce
                || idle
                || session.isEnded()
                || session.absoluteDeadline().filter(end -> !now.isBefore(end)).isPresent();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SojournSession that && session.id().equals(that.session.id());
    }

    @Override
    public int hashCode() {
        return session.id().hashCode();
    }

    @Override
    public String toString() {
        return "SojournSession[" + getId() + "]";
    }
}
