package io.sojourn.spring.boot;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.testkit.RedisServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.Constructor;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.GenericJackson2JsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.security.jackson2.SecurityJackson2Modules;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository.RedisSession;
import org.springframework.session.data.redis.RedisSessionExpirationStore;
import org.springframework.session.data.redis.SortedSetRedisSessionExpirationStore;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisIndexedHttpSession;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.json.JsonMapper;

/** Nodes of one application on one Redis: with Spring Session as it was, and with Sojourn. */
final class SpringSessionNodes {

    /** Spring Session's repository. */
    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    enum Repository {
        PLAIN(Plain.class),
        INDEXED(Indexed.class),
        INDEXED_SORTED(Indexed.class, Sorted.class);

        private final List<Class<?>> sources;

        Repository(Class<?>... sources) {
            this.sources = List.of(sources);
        }
    }

    /** What Spring Session writes values with. */
    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    enum Serializer {
        JDK,
        JACKSON_2(Jackson2.class),
        JACKSON_3(Jackson3.class);

        private final List<Class<?>> sources;

        Serializer(Class<?>... sources) {
            this.sources = List.of(sources);
        }

        boolean isHere() {
            return this != JACKSON_3 || Node.isBoot4();
        }
    }

    private final RedisServer redis;
    private final Repository repository;
    private final Serializer serializer;

    SpringSessionNodes(RedisServer redis, Repository repository, Serializer serializer) {
        this.redis = redis;
        this.repository = repository;
        this.serializer = serializer;
    }

    /** With Spring Session, and no Sojourn. */
    Node old() {
        return start(repository.sources, "sojourn.enabled=false");
    }

    /** With both; Spring Session goes on. */
    Node keeping(String... properties) {
        return start(repository.sources, with(properties, "sojourn.spring-session.mode=keep"));
    }

    /** With Sojourn, to which sessions move. */
    Node moving(String... properties) {
        return start(List.of(), with(properties, "sojourn.spring-session.mode=move"));
    }

    /** As {@link #moving}, and Spring Session is still among the dependencies. */
    Node movingBesideSpringSession() {
        return start(repository.sources, "sojourn.spring-session.mode=move");
    }

    private static String[] with(String[] properties, String one) {
        String[] all = Arrays.copyOf(properties, properties.length + 1);
        all[properties.length] = one;
        return all;
    }

    private Node start(List<Class<?>> more, String... properties) {
        List<Class<?>> sources = new ArrayList<>(List.of(TestApplication.class, Notes.class));
        sources.addAll(more);
        sources.addAll(serializer.sources);
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("spring.data.redis.host=" + RedisServer.HOST);
        all.add("spring.data.redis.port=" + redis.port());
        if (all.stream().noneMatch(property -> property.startsWith("spring.data.redis.timeout="))) {
            all.add(Nodes.PATIENT); // Spring would make a list of two.
        }
        return Node.start(sources, all.toArray(String[]::new));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableRedisHttpSession
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    @EnableRedisIndexedHttpSession
    static class Indexed {}

    @Configuration(proxyBeanMethods = false)
    static class Sorted {

        /** What another server does, once, after this one has stored a session and before it stores when that ends. */
        static final AtomicReference<Runnable> BEFORE_EXPIRATION = new AtomicReference<>(() -> {});

        @Bean
        RedisSessionExpirationStore expirations(RedisConnectionFactory connections) {
            RedisTemplate<String, Object> redis = new RedisTemplate<>();
            redis.setKeySerializer(RedisSerializer.string());
            redis.setHashKeySerializer(RedisSerializer.string());
            redis.setConnectionFactory(connections);
            redis.afterPropertiesSet();
            return new SortedSetRedisSessionExpirationStore(redis, RedisIndexedSessionRepository.DEFAULT_NAMESPACE) {
                @Override
                public void save(RedisSession session) {
                    BEFORE_EXPIRATION.getAndSet(() -> {}).run();
                    super.save(session);
                }
            };
        }
    }

    /** As the documentation of Spring Session 3 has it. */
    @SuppressWarnings({"deprecation", "removal"})
    @Configuration(proxyBeanMethods = false)
    static class Jackson2 {
        @Bean
        RedisSerializer<Object> springSessionDefaultRedisSerializer() {
            ObjectMapper mapper = new ObjectMapper();
            mapper.registerModules(SecurityJackson2Modules.getModules(SpringSessionNodes.class.getClassLoader()));
            return new GenericJackson2JsonRedisSerializer(mapper);
        }
    }

    /** As the documentation of Spring Session 4 has it; by reflection, since these sources compile with Spring Boot 3 as well. */
    @Configuration(proxyBeanMethods = false)
    static class Jackson3 {
        @Bean
        RedisSerializer<?> springSessionDefaultRedisSerializer() throws Exception {
            ClassLoader loader = SpringSessionNodes.class.getClassLoader();
            Class<?> modules =
                    ClassUtils.forName("org.springframework.security.jackson.SecurityJacksonModules", loader);
            @SuppressWarnings("unchecked")
            List<JacksonModule> all = (List<JacksonModule>)
                    modules.getMethod("getModules", ClassLoader.class).invoke(null, loader);
            Constructor<?> constructor = ClassUtils.forName(
                            "org.springframework.data.redis.serializer.GenericJacksonJsonRedisSerializer", loader)
                    .getConstructor(tools.jackson.databind.ObjectMapper.class);
            return (RedisSerializer<?>)
                    constructor.newInstance(JsonMapper.builder().addModules(all).build());
        }
    }

    /** Waits until the servers have stored what requests have changed: Spring Session does so when the answer has left, too. */
    static void awaitStored() {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> Notes.UNDER_WAY.get() == 0);
    }

    /** Attributes of any number that each serializer takes. */
    @RestController
    static class Notes {

        /** How many requests no filter has ended yet. */
        static final AtomicInteger UNDER_WAY = new AtomicInteger();

        @Bean
        FilterRegistrationBean<Filter> countsRequests() {
            FilterRegistrationBean<Filter> counter = new FilterRegistrationBean<>((request, response, chain) -> {
                UNDER_WAY.incrementAndGet();
                try {
                    chain.doFilter(request, response);
                } finally {
                    UNDER_WAY.decrementAndGet();
                }
            });
            counter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return counter;
        }

        /** What happens, once, after the filter for sessions was called and before the application asks for a session. */
        static final AtomicReference<Runnable> BEHIND_THE_FILTER = new AtomicReference<>(() -> {});

        @Bean
        FilterRegistrationBean<Filter> runsBehindTheFilter() {
            FilterRegistrationBean<Filter> behind = new FilterRegistrationBean<>((request, response, chain) -> {
                BEHIND_THE_FILTER.getAndSet(() -> {}).run();
                chain.doFilter(request, response);
            });
            behind.setOrder(Integer.MIN_VALUE + 60);
            return behind;
        }

        @PostMapping("/public/note")
        String set(HttpSession session, @RequestParam("name") String name, @RequestParam("value") String value) {
            session.setAttribute(name, value);
            return "set";
        }

        @GetMapping("/public/note")
        String get(HttpSession session, @RequestParam("name") String name) {
            return String.valueOf(session.getAttribute(name));
        }

        /** The user, an attribute, and a token for the next form. */
        @GetMapping("/private/visit")
        String visit(HttpSession session, Principal user, CsrfToken csrf, @RequestParam("name") String name) {
            return user.getName() + " " + session.getAttribute(name) + " " + csrf.getToken();
        }

        /** What another server does while a request runs that has changed its session and not yet stored it. */
        static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>(() -> {});

        @PostMapping("/public/slow-note")
        String setSlowly(HttpSession session, @RequestParam("name") String name, @RequestParam("value") String value) {
            session.setAttribute(name, value);
            Objects.requireNonNull(MEANWHILE.get()).run();
            return "set";
        }

        @GetMapping("/public/facts")
        String facts(HttpSession session) {
            return session.isNew() + " " + session.getCreationTime() + " " + session.getMaxInactiveInterval();
        }
    }
}
