package io.sojourn.benchmarks.peer;

import java.util.EnumSet;
import java.util.Set;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.GenericJacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** Spring Session's {@link RedisSessionRepository}. */
public final class SpringPeer<S extends Session> extends SpringSessions<S> {

    private final String name;
    private final LettuceConnectionFactory connections;

    private SpringPeer(String name, LettuceConnectionFactory connections, SessionRepository<S> repository) {
        super(repository);
        this.name = name;
        this.connections = connections;
    }

    /** Java serialization, Spring's default. */
    public static Peer jdk(String host, int port) {
        LettuceConnectionFactory connections = connections(host, port);
        return new SpringPeer<>("spring-redis-jdk", connections, repository(connections, RedisSerializer.java()));
    }

    /** JSON that says each value's class. */
    public static Peer json(String host, int port) {
        RedisSerializer<Object> json = GenericJacksonJsonRedisSerializer.builder()
                .enableDefaultTyping(BasicPolymorphicTypeValidator.builder()
                        .allowIfSubType("java.")
                        .build())
                .build();
        LettuceConnectionFactory connections = connections(host, port);
        return new SpringPeer<>("spring-redis-json", connections, repository(connections, json));
    }

    /** For a filter in front of a servlet, with Java serialization. */
    public static RedisSessionRepository repository(String host, int port) {
        return repository(connections(host, port), RedisSerializer.java());
    }

    static LettuceConnectionFactory connections(String host, int port) {
        LettuceConnectionFactory factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration(host, port));
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    /** With a template as Spring's own configuration makes it. */
    private static RedisSessionRepository repository(
            LettuceConnectionFactory connections, RedisSerializer<Object> values) {
        RedisTemplate<String, Object> template = new RedisTemplate<>();
        template.setKeySerializer(RedisSerializer.string());
        template.setHashKeySerializer(RedisSerializer.string());
        template.setDefaultSerializer(values);
        template.setConnectionFactory(connections);
        template.afterPropertiesSet();
        return new RedisSessionRepository(template);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Work> works() {
        return EnumSet.of(Work.A, Work.B, Work.C, Work.D, Work.F);
    }

    @Override
    public void close() {
        connections.destroy();
    }
}
