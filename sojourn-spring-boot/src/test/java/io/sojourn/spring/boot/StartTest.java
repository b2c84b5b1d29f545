package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.LimitPolicy;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.http.SessionCookie;
import io.sojourn.memory.MemoryStore;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.boot.session.SojournSpringSessionAutoConfiguration;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.session.ReactiveMapSessionRepository;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.config.annotation.web.server.EnableSpringWebSession;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.WebApplicationContext;

/** What an application gets for what it says, and what it is told if it says nothing. */
class StartTest {

    private static final RedisServer REDIS = RedisServers.start("requirepass a-password");
    private static final String URI = "redis://:a-password@" + RedisServer.HOST + ":" + REDIS.port();
    private static final String PORT = "spring.data.redis.port=" + REDIS.port();
    private static final String PASSWORD = "spring.data.redis.password=a-password";

    private final WebApplicationContextRunner bare =
            new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(configurations()));
    private final WebApplicationContextRunner inMemory = bare.withPropertyValues("sojourn.store=memory");
    private final WebApplicationContextRunner inRedis = bare.withPropertyValues(PORT, PASSWORD);

    private static Class<?>[] configurations() {
        ClassLoader loader = StartTest.class.getClassLoader();
        Stream<Class<?>> ofBoot = Stream.of(
                        "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
                        "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration")
                .filter(name -> ClassUtils.isPresent(name, loader))
                .map(name -> ClassUtils.resolveClassName(name, loader));
        return Stream.concat(
                        ofBoot,
                        Stream.of(
                                SslAutoConfiguration.class,
                                SojournAutoConfiguration.class,
                                SojournServletAutoConfiguration.class))
                .toArray(Class<?>[]::new);
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    private static void createsASession(AssertableWebApplicationContext context) {
        assertThat(context).hasNotFailed();
        SessionManager sessions = context.getBean(SessionManager.class);
        var session = sessions.create();
        session.set("key", "value");
        sessions.save(session);
        assertThat(sessions.find(session.token().reveal())).isPresent();
    }

    private static List<String> keys() {
        try (RedisProbe probe = RedisProbe.connect(URI)) {
            return List.copyOf(probe.keys());
        }
    }

    @Test
    void withoutRedisTheFailureNamesThePropertiesToSet() {
        bare.run(context -> assertThat(context.getStartupFailure())
                .rootCause()
                .isInstanceOf(RedisNotConfiguredException.class)
                .hasMessageContaining("spring.data.redis.host")
                .hasMessageContaining("sojourn.redis.uri")
                .hasMessageContaining("sojourn.store=memory"));
    }

    @Test
    void failureIsAnalyzedForTheConsole() {
        var analysis = new RedisNotConfiguredAnalyzer().analyze(new RedisNotConfiguredException());
        assertThat(analysis).isNotNull();
        assertThat(analysis.getAction()).contains("spring.data.redis.host");
    }

    @Test
    void hostAndPortOfSpringDataRedisAreEnough() {
        inRedis.run(StartTest::createsASession);
        assertThat(keys()).anyMatch(key -> key.startsWith("sojourn:"));
    }

    @Test
    void withoutSpringDataRedisItsPropertiesAreReadAllTheSame() {
        inRedis.withClassLoader(new FilteredClassLoader(
                        "org.springframework.data",
                        "org.springframework.boot.data.redis",
                        "org.springframework.boot.autoconfigure.data.redis"))
                .run(StartTest::createsASession);
    }

    @Test
    void urlOfSpringDataRedisIsRead() {
        bare.withPropertyValues("spring.data.redis.url=" + URI).run(StartTest::createsASession);
    }

    @Test
    void clientNameOfSpringDataRedisIsTheNameOfTheConnection() {
        String name = "spring.data.redis.client-name=shop-7";
        FilteredClassLoader withoutSpringData = new FilteredClassLoader(
                "org.springframework.data",
                "org.springframework.boot.data.redis",
                "org.springframework.boot.autoconfigure.data.redis");
        for (WebApplicationContextRunner runner : List.of(
                inRedis, bare.withPropertyValues("spring.data.redis.url=" + URI).withClassLoader(withoutSpringData))) {
            runner.withPropertyValues(name).run(context -> {
                createsASession(context);
                try (RedisProbe probe = RedisProbe.connect(URI)) {
                    assertThat(String.valueOf(probe.call("CLIENT", "LIST"))).contains(" name=shop-7 ");
                }
            });
        }
    }

    /** Two applications of one Tomcat would otherwise overwrite each other's cookie. */
    @Test
    void pathOfTheCookieIsWhereTheServerHasTheApplication() {
        String ofTheEmbeddedServer = "server.servlet.context-path=/elsewhere"; // A war is not there.
        inMemory.withPropertyValues(ofTheEmbeddedServer)
                .withInitializer(context -> war(context).setContextPath("/shop"))
                .run(context ->
                        assertThat(context.getBean(SessionCookie.class).path()).isEqualTo("/shop"));
        inMemory.withPropertyValues(ofTheEmbeddedServer)
                .run(context ->
                        assertThat(context.getBean(SessionCookie.class).path()).isEqualTo("/"));
        inMemory.withInitializer(context -> war(context).setContextPath("/größe und art"))
                .run(context -> assertThat(context.getBean(SessionCookie.class).path())
                        .isEqualTo("/gr%C3%B6%C3%9Fe%20und%20art"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.servlet.session.cookie.name=__Host-SID", "sojourn.cookie.host-prefix=true"})
    void cookieWithThePrefixOfTheHostIsAtTheRoot(String property) {
        inMemory.withPropertyValues(property)
                .withInitializer(context -> war(context).setContextPath("/shop"))
                .run(context -> {
                    assertThat(context.getBean(SessionCookie.class).path()).isEqualTo("/");
                    assertThat(context.getBean(SessionCookie.class).name(true)).startsWith("__Host-");
                });
    }

    private static MockServletContext war(ApplicationContext context) {
        return (MockServletContext) Objects.requireNonNull(((WebApplicationContext) context).getServletContext());
    }

    /** The WebSessionManager of Spring Session would replace Sojourn's, and WebFlux would store no session with Sojourn. */
    @Test
    void springSessionOfWebFluxIsRefusedAsThatOfServletsIs() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SojournAutoConfiguration.class,
                        SojournWebFluxAutoConfiguration.class,
                        SojournSpringSessionAutoConfiguration.class))
                .withPropertyValues("sojourn.store=memory")
                .withUserConfiguration(WithReactiveSpringSession.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("Remove @EnableSpringWebSession, @EnableRedisWebSession"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableSpringWebSession
    static class WithReactiveSpringSession {

        @Bean
        ReactiveSessionRepository<?> ofSpringSession() {
            return new ReactiveMapSessionRepository(new HashMap<>());
        }
    }

    @Test
    void redisOfItsOwnGoesBeforeTheOneOfSpringData() {
        bare.withPropertyValues("spring.data.redis.port=1", "sojourn.redis.uri=" + URI, "sojourn.redis.prefix=own")
                .run(StartTest::createsASession);
        assertThat(keys()).anyMatch(key -> key.startsWith("own:"));
    }

    @Test
    void namespaceOfSpringSessionIsThePrefix() {
        inRedis.withPropertyValues("spring.session.data.redis.namespace=shop:sessions")
                .run(StartTest::createsASession);
        assertThat(keys()).anyMatch(key -> key.startsWith("shop:sessions:"));
    }

    @Test
    void wrongPasswordIsNotPrinted() {
        bare.withPropertyValues(PORT, "spring.data.redis.password=not-the-one").run(context -> {
            SessionManager sessions = context.getBean(SessionManager.class);
            var session = sessions.create();
            session.set("key", "value");
            assertThatThrownBy(() -> sessions.save(session)).asString().doesNotContain("not-the-one");
        });
    }

    @Test
    void memoryNeedsNoRedis() {
        inMemory.run(context -> {
            createsASession(context);
            assertThat(context.getBean(SessionStore.class)).isInstanceOf(MemoryStore.class);
        });
    }

    @Test
    void switchedOffItMakesNoBean() {
        bare.withPropertyValues("sojourn.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(SojournFilter.class).doesNotHaveBean(SessionManager.class));
    }

    @Test
    void propertiesBecomeSettings() {
        inMemory.withPropertyValues(
                        "sojourn.idle-timeout=20m",
                        "sojourn.absolute-timeout=8h",
                        "sojourn.touch-interval=10",
                        "sojourn.extend-on-read=false",
                        "sojourn.renewal=1h",
                        "sojourn.renewal-grace=5s",
                        "sojourn.merge-across-sign-in=false",
                        "sojourn.max-sessions-per-principal=3",
                        "sojourn.when-limit-reached=refuse-new",
                        "sojourn.limits.max-attributes=50",
                        "sojourn.limits.max-attribute-size=1MB",
                        "sojourn.limits.max-session-size=2MB",
                        "sojourn.limits.inline=4KB",
                        "sojourn.allowed-types=com.acme,com.acme.shop.Cart")
                .run(context -> {
                    SessionSettings settings = context.getBean(SessionSettings.class);
                    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofMinutes(20));
                    assertThat(settings.absoluteTimeout()).isEqualTo(Duration.ofHours(8));
                    assertThat(settings.touchInterval()).isEqualTo(Duration.ofSeconds(10));
                    assertThat(settings.extendOnRead()).isFalse();
                    assertThat(settings.renewal()).isEqualTo(Duration.ofHours(1));
                    assertThat(settings.renewalGrace()).isEqualTo(Duration.ofSeconds(5));
                    assertThat(settings.mergeAcrossSignIn()).isFalse();
                    assertThat(settings.maxSessionsPerPrincipal()).isEqualTo(3);
                    assertThat(settings.whenLimitReached()).isEqualTo(LimitPolicy.REFUSE_NEW);
                    assertThat(settings.maxAttributes()).isEqualTo(50);
                    assertThat(settings.maxAttributeBytes()).isEqualTo(1 << 20);
                    assertThat(settings.maxSessionBytes()).isEqualTo(2 << 20);
                    assertThat(settings.inlineLimit()).isEqualTo(4 << 10);
                    assertThat(settings.codec())
                            .hasToString("SpringCodec[allowed types [com.acme, com.acme.shop.Cart]]");
                });
    }

    @Test
    void withoutPropertiesTheDefaultsOfTheLibraryHold() {
        inMemory.run(context -> {
            SessionSettings settings = context.getBean(SessionSettings.class);
            assertThat(settings.idleTimeout()).isEqualTo(SessionSettings.DEFAULT_IDLE_TIMEOUT);
            assertThat(settings.absoluteTimeout()).isEqualTo(SessionSettings.DEFAULT_ABSOLUTE_TIMEOUT);
            assertThat(settings.maxSessionsPerPrincipal())
                    .isEqualTo(SessionSettings.DEFAULT_MAX_SESSIONS_PER_PRINCIPAL);
        });
    }

    @Test
    void timeoutsOfBootAndOfSpringSessionAreUnderstood() {
        String ofBoot = "server.servlet.session.timeout=600";
        inMemory.withPropertyValues(ofBoot)
                .run(context -> assertThat(
                                context.getBean(SessionSettings.class).idleTimeout())
                        .isEqualTo(Duration.ofMinutes(10)));
        inMemory.withPropertyValues(ofBoot, "spring.session.timeout=5m")
                .run(context -> assertThat(
                                context.getBean(SessionSettings.class).idleTimeout())
                        .isEqualTo(Duration.ofMinutes(5)));
        inMemory.withPropertyValues(ofBoot, "spring.session.timeout=5m", "sojourn.idle-timeout=90")
                .run(context -> assertThat(
                                context.getBean(SessionSettings.class).idleTimeout())
                        .isEqualTo(Duration.ofSeconds(90)));
        inMemory.withPropertyValues("server.servlet.session.timeout=-1")
                .run(context -> assertThat(
                                context.getBean(SessionSettings.class).idleTimeout())
                        .isEqualTo(Duration.ZERO));
    }

    @Test
    void valueThatIsNoneNamesItsProperty() {
        inMemory.withPropertyValues("sojourn.idle-timeout=soon")
                .run(context ->
                        assertThat(context.getStartupFailure()).hasStackTraceContaining("sojourn.idle-timeout"));
        inMemory.withPropertyValues("spring.session.timeout=soon")
                .run(context ->
                        assertThat(context.getStartupFailure()).hasStackTraceContaining("spring.session.timeout"));
        inMemory.withPropertyValues("server.servlet.session.cookie.same-site=sometimes")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("server.servlet.session.cookie.same-site"));
    }

    @Test
    void beansOfTheApplicationWin() {
        JacksonCodec codec = JacksonCodec.create();
        MemoryStore store = new MemoryStore();
        bare.withBean(AttributeCodec.class, () -> codec)
                .withBean(SessionStore.class, () -> store)
                .run(context -> {
                    createsASession(context);
                    assertThat(context.getBean(SessionSettings.class).codec()).isSameAs(codec);
                    assertThat(context.getBean(SessionStore.class)).isSameAs(store);
                });
        SessionSettings settings = SessionSettings.builder().codec(codec).build();
        inMemory.withBean(SessionSettings.class, () -> settings).run(context -> {
            createsASession(context);
            assertThat(context.getBean(SessionSettings.class)).isSameAs(settings);
        });
        SessionManager manager = SessionManager.create(store, settings);
        bare.withPropertyValues("sojourn.store=memory")
                .withBean(SessionManager.class, () -> manager)
                .run(context ->
                        assertThat(context.getBean(SessionManager.class)).isSameAs(manager));
    }

    @Test
    void customizersHaveTheLastWord() {
        inRedis.withPropertyValues("sojourn.idle-timeout=20m", "sojourn.redis.prefix=of-the-property")
                .withBean(SessionSettingsCustomizer.class, () -> it -> it.idleTimeout(Duration.ofMinutes(7)))
                .withBean(RedisStoreCustomizer.class, () -> it -> it.prefix("customized"))
                .withBean(SpringCodecCustomizer.class, () -> it -> it.allow("com.acme"))
                .run(context -> {
                    createsASession(context);
                    SessionSettings settings = context.getBean(SessionSettings.class);
                    assertThat(settings.idleTimeout()).isEqualTo(Duration.ofMinutes(7));
                    assertThat(settings.codec()).hasToString("SpringCodec[allowed types [com.acme]]");
                });
        assertThat(keys()).anyMatch(key -> key.startsWith("customized:"));
    }

    @Test
    void movingFromSpringSessionIsRefusedInAWebFluxApplicationWhichWouldSignUsersOut() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(SojournAutoConfiguration.class, SojournWebFluxAutoConfiguration.class))
                .withPropertyValues("sojourn.store=memory", "sojourn.spring-session.mode=move")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("sojourn.spring-session.mode=move moves the sessions of servlet"));
    }

    @Test
    void filterStandsBehindForwardedHeadersAndBeforeSpringSecurity() {
        inMemory.run(context -> {
            FilterRegistrationBean<?> filter = context.getBean(FilterRegistrationBean.class);
            assertThat(filter.getFilter()).isInstanceOf(SojournFilter.class);
            assertThat(filter.getOrder()).isEqualTo(Integer.MIN_VALUE + 50);
            assertThat(filter.isAsyncSupported()).isTrue();
        });
    }

    @Test
    void trackingByUrlPutsTheSessionIntoLinks() {
        inMemory.withPropertyValues("server.servlet.session.tracking-modes=url").run(context -> {
            MockHttpServletResponse response = new MockHttpServletResponse();
            context.getBean(SojournFilter.class)
                    .doFilter(new MockHttpServletRequest("GET", "/"), response, (request, wrapped) -> {
                        ((HttpServletRequest) request).getSession().setAttribute("key", "value");
                        wrapped.getWriter().write(((HttpServletResponse) wrapped).encodeURL("/next"));
                    });
            assertThat(response.getContentAsString()).startsWith("/next;");
            assertThat(response.getHeader("Set-Cookie")).isNull();
        });
    }

    @Test
    void closedContextLeavesNoConnection() {
        inRedis.run(context -> {
            createsASession(context);
            assertThat(context.getBean(SessionStore.class)).isInstanceOf(RedisStore.class);
        });
        Awaitility.await().untilAsserted(() -> assertThat(clients()).isEqualTo(1));
    }

    /** The connections of clients, this probe's own among them. */
    private static long clients() {
        try (RedisProbe probe = RedisProbe.connect(URI)) {
            return String.valueOf(probe.call("CLIENT", "LIST")).lines().count();
        }
    }
}
