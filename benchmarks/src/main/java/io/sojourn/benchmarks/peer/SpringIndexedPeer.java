package io.sojourn.benchmarks.peer;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.config.ConfigureRedisAction;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisIndexedHttpSession;

/**
 * Spring Session's {@link RedisIndexedSessionRepository}, set up by Spring's own annotation with all that it starts: the
 * listener for keyspace notifications and the cleaning once a minute.
 */
public final class SpringIndexedPeer<S extends Session> extends SpringSessions<S> {

    private final GenericApplicationContext context;
    private final FindByIndexNameSessionRepository<S> repository;

    private SpringIndexedPeer(GenericApplicationContext context, FindByIndexNameSessionRepository<S> repository) {
        super(repository);
        this.context = context;
        this.repository = repository;
    }

    /** Connects. */
    public static Peer connect(String host, int port) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(LettuceConnectionFactory.class, () -> SpringPeer.connections(host, port));
        context.register(Indexed.class);
        context.refresh();
        return new SpringIndexedPeer<>(context, context.getBean(RedisIndexedSessionRepository.class));
    }

    /** The notifications are switched on only while it is this system's turn, and not by itself. */
    @Configuration(proxyBeanMethods = false)
    @EnableRedisIndexedHttpSession
    static class Indexed {
        @Bean
        static ConfigureRedisAction leaveNotificationsAlone() {
            return ConfigureRedisAction.NO_OP;
        }
    }

    @Override
    public String name() {
        return "spring-indexed-jdk";
    }

    @Override
    public String notifications() {
        return "Egx";
    }

    @Override
    public Set<Work> works() {
        return EnumSet.of(Work.A, Work.B, Work.C, Work.D, Work.E, Work.F);
    }

    @Override
    public String create(Map<String, Object> attributes, String principal) {
        S session = repository.createSession();
        attributes.forEach(session::setAttribute);
        session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, principal);
        repository.save(session);
        return session.getId();
    }

    @Override
    public int list(String principal) {
        return repository.findByPrincipalName(principal).size();
    }

    @Override
    public void close() {
        context.close();
    }
}
