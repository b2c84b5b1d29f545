package io.sojourn.spring.boot.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.data.redis.config.annotation.SpringSessionRedisConnectionFactory;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.session.web.http.HeaderHttpSessionIdResolver;
import org.springframework.session.web.http.HttpSessionIdResolver;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.session.HeaderWebSessionIdResolver;
import org.springframework.web.server.session.WebSessionIdResolver;

/** What the log says at the start if the application configures Spring Session, which Sojourn does not read. */
class UnusedSettingsTest {

    private static final AutoConfigurations CHECK = AutoConfigurations.of(SojournUnusedSettingsAutoConfiguration.class);

    private final WebApplicationContextRunner servlets = new WebApplicationContextRunner().withConfiguration(CHECK);
    private final ReactiveWebApplicationContextRunner webFlux =
            new ReactiveWebApplicationContextRunner().withConfiguration(CHECK);

    /** Held, since a logger that is not may be lost with its handler. */
    private final Logger logger = Logger.getLogger("io.sojourn.spring.boot");

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private List<String> logged(AbstractApplicationContextRunner<?, ?, ?> application, String... properties) {
        logged.clear();
        application
                .withPropertyValues(properties)
                .run(context -> assertThat(context).hasNotFailed());
        return logged;
    }

    @Configuration(proxyBeanMethods = false)
    static class OfSpringSession {

        @Bean
        CookieSerializer shopCookie() {
            return new DefaultCookieSerializer();
        }

        @Bean
        HttpSessionIdResolver shopHeader() {
            return HeaderHttpSessionIdResolver.xAuthToken();
        }

        @Bean
        SessionRepositoryCustomizer<MapSessionRepository> shopRepository() {
            return repository -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OfWebFlux {

        @Bean
        WebSessionIdResolver shopHeader() {
            return new HeaderWebSessionIdResolver();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OfSpringData {

        @Bean
        RedisConnectionFactory cacheRedis() {
            return new LettuceConnectionFactory();
        }

        @Bean
        @SpringSessionRedisConnectionFactory
        RedisConnectionFactory sessionRedis() {
            return new LettuceConnectionFactory();
        }

        @Bean(destroyMethod = "shutdown")
        ClientResources shopResources() {
            return DefaultClientResources.create();
        }
    }

    @Test
    void eachBeanThatConfiguresSpringSessionIsNamedWithWhatToSet() {
        assertThat(logged(servlets.withUserConfiguration(OfSpringSession.class)))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARNING The bean shopCookie has no effect")
                        .contains("CookieSerializer", "server.servlet.session.cookie.*"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARNING The bean shopHeader has no effect")
                        .contains("HttpSessionIdResolver", "sojourn.token-header"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARNING The bean shopRepository has no effect")
                        .contains("SessionSettingsCustomizer"));
        assertThat(logged(webFlux.withUserConfiguration(OfWebFlux.class)))
                .singleElement()
                .asString()
                .startsWith("WARNING The bean shopHeader has no effect")
                .contains("WebSessionIdResolver", "sojourn.token-header", "server.reactive.session.cookie.*");
    }

    @Test
    void duringAMoveOnlyWhatWouldSignUsersOutIsNamed() {
        WebApplicationContextRunner moving = servlets.withUserConfiguration(OfSpringSession.class)
                .withPropertyValues("sojourn.spring-session.mode=move", "spring.session.servlet.filter-order=7");
        assertThat(logged(moving)).hasSize(2).noneMatch(line -> line.contains("shopRepository"));
        assertThat(logged(moving, "server.servlet.session.cookie.name=SHOP")).isEmpty();
    }

    @Test
    void propertiesOfSpringSessionWithoutEffectAreNamedWithoutTheirValues() {
        assertThat(logged(
                        servlets,
                        "spring.session.servlet.filter-order=7654",
                        "spring.session.data.redis.flushMode=immediate",
                        "spring.session.timeout=600",
                        "spring.session.data.redis.namespace=shop"))
                .singleElement()
                .asString()
                .startsWith("WARNING These properties of Spring Session have no effect")
                .contains("spring.session.data.redis.flush-mode, spring.session.servlet.filter-order.")
                .contains("sojourn.filter-order")
                .doesNotContain("7654", "immediate", "timeout", "namespace");
    }

    @Test
    void whatConfiguresTheConnectionOfSpringDataIsAnInfo() {
        assertThat(logged(
                        servlets.withUserConfiguration(OfSpringData.class),
                        "spring.data.redis.lettuce.read-from=replica-preferred",
                        "spring.data.redis.lettuce.cluster.refresh.adaptive=true"))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("INFO Sojourn's own connection to Redis does not use"
                                + " spring.data.redis.lettuce.cluster.refresh, spring.data.redis.lettuce.read-from,"
                                + " the bean shopResources.")
                        .contains("RedisStoreCustomizer"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("INFO Sojourn does not use the bean cacheRedis")
                        .contains("sojourn.redis.uri"))
                .anySatisfy(line -> assertThat(line).startsWith("WARNING Sojourn does not use the bean sessionRedis"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sojourn.redis.uri=redis://localhost", "sojourn.store=memory", "sojourn.enabled=false"})
    void withoutTheRedisOfSpringDataNothingIsSaidOfIt(String property) {
        assertThat(logged(
                        servlets.withUserConfiguration(OfSpringData.class),
                        "spring.data.redis.lettuce.read-from=replica-preferred",
                        property))
                .isEmpty();
    }

    @Test
    void whatSpringBootDefinesItselfIsNotNamed() {
        Class<?>[] ofBoot = Stream.of(
                        "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
                        "org.springframework.boot.session.autoconfigure.SessionAutoConfiguration",
                        "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
                        "org.springframework.boot.autoconfigure.session.SessionAutoConfiguration")
                .filter(name -> ClassUtils.isPresent(name, null))
                .map(name -> ClassUtils.resolveClassName(name, null))
                .toArray(Class<?>[]::new);
        assertThat(ofBoot).isNotEmpty();
        servlets.withConfiguration(AutoConfigurations.of(ofBoot)).run(context -> {
            assertThat(context).hasSingleBean(RedisConnectionFactory.class).hasSingleBean(ClientResources.class);
            assertThat(logged).isEmpty();
        });
    }
}
