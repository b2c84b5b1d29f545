package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.http.SessionCookie;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.SessionObserver;
import io.sojourn.redis.RedisStore;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.SecuritySignIn;
import io.sojourn.spring.SessionWebSockets;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.session.SojournMoveAutoConfiguration;
import io.sojourn.spring.boot.session.SojournSpringSessionAutoConfiguration;
import io.sojourn.spring.move.SpringSessionMove;
import io.sojourn.spring.move.SpringSessionStore;
import io.sojourn.spring.webflux.SojournWebSessionManager;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.session.InMemoryReactiveSessionRegistry;
import org.springframework.security.core.session.ReactiveSessionRegistry;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.session.SessionRegistryImpl;
import org.springframework.security.oauth2.client.oidc.server.session.InMemoryReactiveOidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.server.session.ReactiveOidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.session.InMemoryOidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry;
import org.springframework.security.web.RedirectStrategy;
import org.springframework.security.web.authentication.logout.LogoutHandler;
import org.springframework.security.web.session.ConcurrentSessionFilter;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.ReactiveMapSessionRepository;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.SessionRepository;
import org.springframework.web.server.session.WebSessionManager;

/** A bean of the application takes the place of the starter's, for each type that the page for Spring Boot names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplacedBeansTest {

    private static final String BEGIN = "it replaces the one of the starter: ";

    private final RedisServer redis = RedisServers.start();
    private final MemoryStore memory = new MemoryStore();
    private final SessionManager manager = SessionManager.create(memory);
    private final SpringCodec codec = SpringCodec.builder().build();
    private final RedisStore inRedis = RedisStore.connect(redis.uri());

    private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SojournAutoConfiguration.class,
                    SojournServletAutoConfiguration.class,
                    SojournSpringSessionAutoConfiguration.class))
            .withPropertyValues("sojourn.store=memory");
    private final WebApplicationContextRunner moving = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SojournAutoConfiguration.class,
                    SojournServletAutoConfiguration.class,
                    SojournMoveAutoConfiguration.class))
            .withPropertyValues("sojourn.redis.uri=" + redis.uri(), "sojourn.spring-session.mode=move");
    private final ReactiveWebApplicationContextRunner webFlux = new ReactiveWebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SojournAutoConfiguration.class,
                    SojournWebFluxAutoConfiguration.class,
                    SojournSpringSessionAutoConfiguration.class))
            .withPropertyValues("sojourn.store=memory");

    /** One of the types, and a bean of it. */
    private record Replaced<T>(AbstractApplicationContextRunner<?, ?, ?> runner, Class<T> type, Supplier<T> bean) {

        void check() {
            T mine = bean.get();
            runner.withBean(type, () -> mine)
                    .run(context -> assertThat(context.getBean(type)).isSameAs(mine));
        }
    }

    private final List<Replaced<?>> all = List.of(
            new Replaced<>(servlet, SessionStore.class, MemoryStore::new),
            new Replaced<>(servlet, AttributeCodec.class, JacksonCodec::create),
            new Replaced<>(
                    servlet,
                    SessionSettings.class,
                    () -> SessionSettings.builder().codec(codec).build()),
            new Replaced<>(servlet, SessionManager.class, () -> manager),
            new Replaced<>(
                    servlet,
                    SessionCookie.class,
                    () -> SessionCookie.builder().name("SHOP").build()),
            new Replaced<>(
                    servlet,
                    SojournFilter.class,
                    () -> SojournFilter.builder(manager).build()),
            new Replaced<>(servlet, SecuritySignIn.class, SecuritySignIn::new),
            new Replaced<>(servlet, SessionWebSockets.class, SessionWebSockets::new),
            new Replaced<>(servlet, SessionRegistry.class, SessionRegistryImpl::new),
            new Replaced<>(webFlux, ReactiveSessionRegistry.class, InMemoryReactiveSessionRegistry::new),
            new Replaced<>(servlet, OidcSessionRegistry.class, InMemoryOidcSessionRegistry::new),
            new Replaced<>(webFlux, ReactiveOidcSessionRegistry.class, InMemoryReactiveOidcSessionRegistry::new),
            new Replaced<>(servlet, SessionRepository.class, () -> new MapSessionRepository(new HashMap<>())),
            new Replaced<>(
                    webFlux, ReactiveSessionRepository.class, () -> new ReactiveMapSessionRepository(new HashMap<>())),
            new Replaced<>(moving, SpringSessionStore.class, this::oldSessions),
            new Replaced<>(
                    moving, SpringSessionMove.class, () -> new SpringSessionMove(manager, oldSessions(), codec, null)));

    private SpringSessionStore oldSessions() {
        return new SpringSessionStore(inRedis, "shop:session", "shop", Clock.systemUTC());
    }

    @AfterAll
    void stop() {
        inRedis.close();
        redis.close();
    }

    @Test
    void eachBeanThatThePageNamesIsReplaced() throws IOException {
        String page = Files.readString(Path.of("../docs/spring-boot.md")).replace('\n', ' ');
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        String[] named =
                page.substring(begin, page.indexOf('.', begin)).replace("`", "").split(", ", -1);
        assertThat(all).extracting(replaced -> replaced.type().getSimpleName()).containsExactly(named);
        all.forEach(Replaced::check);
    }

    @Test
    void sessionManagerOfWebFluxIsReplacedByName() {
        WebSessionManager mine = SojournWebSessionManager.builder(manager).build();
        webFlux.withBean("webSessionManager", WebSessionManager.class, () -> mine)
                .run(context ->
                        assertThat(context.getBean(WebSessionManager.class)).isSameAs(mine));
    }

    @Test
    void everyObserverIsCalled() {
        Map<String, List<SessionId>> created = new HashMap<>();
        WebApplicationContextRunner runner = servlet;
        for (String name : Arrays.asList("one", "two")) {
            List<SessionId> ids = new CopyOnWriteArrayList<>();
            created.put(name, ids);
            runner = runner.withBean(name, SessionObserver.class, () -> new SessionObserver() {
                @Override
                public void created(SessionId id) {
                    ids.add(id);
                }
            });
        }
        runner.run(context -> {
            SessionManager sessions = context.getBean(SessionManager.class);
            var session = sessions.create();
            session.set("key", "value");
            sessions.save(session);
            assertThat(created.values())
                    .hasSize(2)
                    .allSatisfy(ids -> assertThat(ids).containsExactly(session.id()));
        });
    }

    @Test
    void customizerOfTheFilterHasTheLastWord() {
        servlet.withPropertyValues("server.servlet.session.cookie.name=OF_THE_PROPERTY")
                .withBean(
                        SojournFilterCustomizer.class,
                        () -> filter -> filter.cookie(SessionCookie.builder()
                                .name("OF_THE_CUSTOMIZER")
                                .build()))
                .run(context -> {
                    MockHttpServletResponse response = new MockHttpServletResponse();
                    context.getBean(SojournFilter.class)
                            .doFilter(
                                    new MockHttpServletRequest("GET", "/"),
                                    response,
                                    (request, wrapped) -> ((HttpServletRequest) request)
                                            .getSession()
                                            .setAttribute("key", "value"));
                    assertThat(response.getHeader("Set-Cookie")).startsWith("OF_THE_CUSTOMIZER=");
                });
    }

    /** An application that post-processes the filter of Spring Security is handed ours, which stands for it. */
    @Test
    @SuppressWarnings({"deprecation", "removal"}) // There is no other way to the redirect strategy.
    void whatIsSetOnTheFilterOfEndedSessionsReachesTheOneOfSpringSecurity() {
        SessionRegistry registry = new SessionRegistryImpl();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        String id = Objects.requireNonNull(request.getSession()).getId();
        registry.registerNewSession(id, "ada");
        Objects.requireNonNull(registry.getSessionInformation(id)).expireNow();
        List<String> calls = new ArrayList<>();
        LogoutHandler handler = (asked, response, user) ->
                calls.add("logout of " + Objects.requireNonNull(user).getName());
        RedirectStrategy redirects = (asked, response, url) -> calls.add("redirect to " + url);
        servlet.withBean(ConcurrentSessionFilter.class, () -> new ConcurrentSessionFilter(registry, "/expired"))
                .run(context -> {
                    ConcurrentSessionFilter filter = context.getBean(ConcurrentSessionFilter.class);
                    assertThat(filter).isInstanceOf(EndedSessionFilter.class);
                    filter.setSecurityContextHolderStrategy(new HolderOfAda());
                    filter.setRedirectStrategy(redirects);
                    filter.setLogoutHandlers(new LogoutHandler[] {handler});
                    filter.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());
                    filter.setLogoutHandlers(List.of(handler, handler));
                    filter.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());
                });
        assertThat(calls)
                .containsExactly(
                        "logout of ada",
                        "redirect to /expired",
                        "logout of ada",
                        "logout of ada",
                        "redirect to /expired");
    }

    /** Of an application that keeps security contexts elsewhere. */
    private static final class HolderOfAda implements SecurityContextHolderStrategy {

        @Override
        public void clearContext() {}

        @Override
        public SecurityContext getContext() {
            return new SecurityContextImpl(UsernamePasswordAuthenticationToken.authenticated("ada", null, List.of()));
        }

        @Override
        public void setContext(SecurityContext context) {}

        @Override
        public SecurityContext createEmptyContext() {
            return new SecurityContextImpl();
        }
    }

    @Test
    void customizerOfWebFluxHasTheLastWord() {
        webFlux.withPropertyValues("server.reactive.session.cookie.name=OF_THE_PROPERTY")
                .withBean(
                        SojournWebSessionManagerCustomizer.class,
                        () -> sessions -> sessions.cookie(SessionCookie.builder()
                                .name("OF_THE_CUSTOMIZER")
                                .build()))
                .run(context -> assertThat(context.getBean(SojournWebSessionManager.class)
                                .cookie()
                                .name())
                        .isEqualTo("OF_THE_CUSTOMIZER"));
    }
}
