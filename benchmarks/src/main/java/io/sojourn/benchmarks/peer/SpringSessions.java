package io.sojourn.benchmarks.peer;

import java.time.Instant;
import java.util.Map;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;

/**
 * One of Spring Session's repositories, called as Spring's {@code SessionRepositoryFilter} calls it: it finds the session,
 * notes the time of this access, and saves at the end of the request.
 */
abstract class SpringSessions<S extends Session> implements Peer {

    private final SessionRepository<S> repository;

    SpringSessions(SessionRepository<S> repository) {
        this.repository = repository;
    }

    @Override
    public final String create(Map<String, Object> attributes) {
        S session = repository.createSession();
        attributes.forEach(session::setAttribute);
        repository.save(session);
        return session.getId();
    }

    private S find(String id) {
        S session = repository.findById(id);
        if (session == null) {
            throw new IllegalStateException("the session is gone");
        }
        session.setLastAccessedTime(Instant.now());
        return session;
    }

    @Override
    public final void read(String id) {
        repository.save(find(id));
    }

    @Override
    public final void change(String id, String value) {
        S session = find(id);
        session.setAttribute(Samples.CHANGED, value);
        repository.save(session);
    }

    @Override
    public final void revoke(String id) {
        repository.deleteById(find(id).getId());
    }
}
