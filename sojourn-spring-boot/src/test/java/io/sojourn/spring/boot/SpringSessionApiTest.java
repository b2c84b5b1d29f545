package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.spring.session.SojournSession;
import io.sojourn.spring.session.SojournSessionRepository;
import io.sojourn.testkit.RedisProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.events.SessionCreatedEvent;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.security.SpringSessionBackedSessionRegistry;
import org.springframework.session.web.http.SessionRepositoryFilter;

/** Code that was written against Spring Session's API, on two nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringSessionApiTest {

    private static final String BY_PRINCIPAL = FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

    /** What an application adds that has Spring Session's registry and listens to its events. */
    @Configuration(proxyBeanMethods = false)
    static class OfSpringSession {

        final List<String> created = new CopyOnWriteArrayList<>();
        final List<String> deleted = new CopyOnWriteArrayList<>();

        @Bean
        <S extends Session> SessionRegistry registry(FindByIndexNameSessionRepository<S> repository) {
            return new SpringSessionBackedSessionRegistry<>(repository);
        }

        @EventListener
        void created(SessionCreatedEvent event) {
            created.add(event.getSessionId() + " " + event.getSession().getAttributeNames());
        }

        @EventListener
        void deleted(SessionDeletedEvent event) {
            deleted.add(event.getSessionId() + " " + event.getSession().getAttributeNames());
        }
    }

    private final Nodes nodes = Nodes.start(
            List.of(TestApplication.class, OfSpringSession.class),
            "test.maximum-sessions=2",
            "management.endpoints.web.exposure.include=sessions");
    private final RedisProbe probe = nodes.probe();
    private final SojournSessionRepository repository = nodes.one().bean(SojournSessionRepository.class);
    private final SojournSessionRepository ofTwo = nodes.two().bean(SojournSessionRepository.class);

    @AfterAll
    void stop() {
        probe.close();
        nodes.close();
    }

    private static SojournSession found(@Nullable SojournSession session) {
        return Objects.requireNonNull(session, "there is no such session");
    }

    private String idOf(Browser browser) {
        return browser.get("/public/empty").body().split(" ", 2)[0];
    }

    private SojournSession stored(String name, Object value) {
        SojournSession session = repository.createSession();
        session.setAttribute(name, value);
        repository.save(session);
        return session;
    }

    @Test
    void springBootSetsUpNoOtherRepositoryAndNoOtherFilter() {
        assertThat(nodes.one().context().getBeanNamesForType(SessionRepositoryFilter.class))
                .isEmpty();
        assertThat(nodes.one().bean(FindByIndexNameSessionRepository.class)).isSameAs(repository);
    }

    @Test
    void sessionOfARequestIsFoundByTheIdThatTheRequestSees() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        SojournSession session = found(ofTwo.findById(idOf(browser)));
        assertThat(session.<String>getAttribute("value")).isEqualTo("a");
        assertThat(session.getId()).isEqualTo(idOf(browser));
        session.setAttribute("value", "b");
        ofTwo.save(session);
        assertThat(browser.get("/public/get").body()).startsWith("b ");
    }

    @Test
    void changesAreMergedWithThoseOfRequests() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        SojournSession session = found(repository.findById(idOf(browser)));
        session.setAttribute("note", 1);
        browser.submit("/public/set", "value=b");
        repository.save(session);
        assertThat(browser.get("/public/get").body()).startsWith("b ");
        assertThat(found(ofTwo.findById(idOf(browser))).<Integer>getAttribute("note"))
                .isEqualTo(1);
    }

    @Test
    void idOpensNothingOverHttp() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        String id = idOf(browser);
        for (String text : List.of(id, id.substring(0, 22))) {
            Browser thief = nodes.browser();
            thief.cookies().put("SESSION", text);
            assertThat(thief.get("/public/get").body()).startsWith("null");
        }
    }

    @Test
    void tokenOfACookieFindsOnlyWithTheRightSecret() {
        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        String cookie = Objects.requireNonNull(browser.cookies().get("SESSION"));
        assertThat(repository.findById(cookie)).isNotNull();
        String wrong = cookie.substring(0, 22) + "A".repeat(24);
        assertThat(repository.findById(wrong)).isNull();
        repository.deleteById(wrong);
        assertThat(repository.findById(cookie)).isNotNull();
        assertThat(repository.findById("no id")).isNull();
        assertThat(repository.findById("")).isNull();
        repository.deleteById(cookie);
        assertThat(repository.findById(cookie)).isNull();
    }

    @Test
    void idFromBeforeARotationFindsNothingButStillEnds() {
        SojournSession session = stored("a", 1);
        String before = session.getId();
        String after = session.changeSessionId();
        assertThat(after).isNotEqualTo(before).isEqualTo(session.getId());
        assertThat(found(repository.findById(after)).<Integer>getAttribute("a"))
                .as("an id that is about to be saved")
                .isEqualTo(1);
        repository.save(session);
        assertThat(repository.findById(before)).isNull();
        assertThat(found(repository.findById(after)).<Integer>getAttribute("a")).isEqualTo(1);
        repository.deleteById(before);
        assertThat(repository.findById(after)).isNull();
    }

    @Test
    void usersSessionsAreFoundAndEndedByName() {
        Browser browser = nodes.browser();
        browser.signIn("bob", "secret");
        String id = idOf(browser);
        Map<String, SojournSession> sessions = ofTwo.findByPrincipalName("bob");
        assertThat(sessions).containsKey(id);
        assertThat(found(sessions.get(id)).getAttributeNames()).contains("SPRING_SECURITY_CONTEXT");
        sessions.keySet().forEach(ofTwo::deleteById);
        assertThat(ofTwo.findByPrincipalName("bob")).isEmpty();
        assertThat(browser.get("/private").location()).endsWith("/login");
    }

    @Test
    void principalIsSetByItsAttributeAndRemovedWithIt() {
        SojournSession session = repository.createSession();
        session.setAttribute(BY_PRINCIPAL, "carol");
        repository.save(session);
        assertThat(ofTwo.findByPrincipalName("carol")).containsOnlyKeys(session.getId());
        SojournSession reloaded = found(ofTwo.findById(session.getId()));
        reloaded.setAttribute("other", "value");
        ofTwo.save(reloaded);
        assertThat(repository.findByPrincipalName("carol")).containsOnlyKeys(session.getId());
        reloaded.setAttribute(BY_PRINCIPAL, "dave");
        ofTwo.save(reloaded);
        assertThat(repository.findByPrincipalName("carol")).isEmpty();
        assertThat(repository.findByPrincipalName("dave")).containsOnlyKeys(session.getId());
        reloaded.setAttribute(BY_PRINCIPAL, null);
        ofTwo.save(reloaded);
        assertThat(repository.findByPrincipalName("dave")).isEmpty();
        assertThat(repository.findById(session.getId()))
                .as("the client keeps its secret")
                .isNotNull();
    }

    @Test
    void sessionsAreFoundByOtherIndexesToo() {
        SojournSession session = stored("a", 1);
        session.session().index("tenant", "acme");
        repository.save(session);
        assertThat(ofTwo.findByIndexNameAndIndexValue("tenant", "acme")).containsOnlyKeys(session.getId());
        assertThat(ofTwo.findByIndexNameAndIndexValue("No Index", "acme")).isEmpty();
        assertThat(ofTwo.findByPrincipalName("")).isEmpty();
    }

    @Test
    void emptySessionIsStoredAndTimesAreKept() {
        SojournSession session = repository.createSession();
        session.setMaxInactiveInterval(Duration.ofMinutes(5));
        repository.save(session);
        SojournSession reloaded = found(ofTwo.findById(session.getId()));
        assertThat(reloaded.getMaxInactiveInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(reloaded.getAttributeNames()).isEmpty();
        assertThat(reloaded.isExpired()).isFalse();
        reloaded.setLastAccessedTime(reloaded.getCreationTime().minus(Duration.ofMinutes(6)));
        assertThat(reloaded.isExpired()).isTrue();
        reloaded.setMaxInactiveInterval(Duration.ofSeconds(-1));
        assertThat(reloaded.isExpired()).isFalse();
        reloaded.setMaxInactiveInterval(Duration.ZERO);
        assertThat(reloaded.isExpired()).isTrue();
        ofTwo.save(reloaded);
        assertThat(repository.findById(session.getId())).isNull();
    }

    @Test
    void lateSaveDoesNotBringASessionBack() {
        SojournSession session = stored("a", 1);
        SojournSession late = found(ofTwo.findById(session.getId()));
        repository.deleteById(session.getId());
        late.setAttribute("a", 2);
        ofTwo.save(late);
        assertThat(repository.findById(session.getId())).isNull();
    }

    @Test
    void springSessionsRegistryLimitsTheSessionsOfAUser() {
        assertThat(nodes.one().bean(SessionRegistry.class)).isInstanceOf(SpringSessionBackedSessionRegistry.class);
        nodes.one().sessions().revokeAll("ada");
        Browser first = nodes.browser();
        first.signIn("ada", "secret");
        Browser second = nodes.browser();
        second.signIn("ada", "secret");
        assertThat(first.get("/private").body()).isEqualTo("hello ada");
        Browser third = nodes.browser();
        third.signIn("ada", "secret");
        List<String> bodies = List.of(
                first.get("/private").body(),
                second.get("/private").body(),
                third.get("/private").body());
        assertThat(bodies)
                .filteredOn(body -> body.contains("This session has been expired"))
                .hasSize(1);
        assertThat(bodies).filteredOn(body -> body.equals("hello ada")).hasSize(2);
    }

    @Test
    void actuatorListsShowsAndEndsSessions() {
        Browser admin = nodes.browser();
        admin.signIn("bob", "secret");
        SojournSession session = repository.createSession();
        session.setAttribute(BY_PRINCIPAL, "erin");
        repository.save(session);
        String list = admin.get("/actuator/sessions?username=erin").body();
        assertThat(list).contains("\"id\":\"" + session.getId() + "\"").contains("maxInactiveInterval");
        assertThat(admin.get("/actuator/sessions/" + session.getId()).body()).contains("creationTime");
        Browser.Page ended = admin.delete(
                "/actuator/sessions/" + session.getId(),
                "X-CSRF-TOKEN",
                admin.get("/csrf").body());
        assertThat(ended.status()).isEqualTo(204);
        assertThat(repository.findById(session.getId())).isNull();
        assertThat(admin.get("/actuator/sessions/" + session.getId()).status()).isEqualTo(404);
    }

    @Test
    void eventsTellOfWhatThisNodeDoes() {
        OfSpringSession one = nodes.one().bean(OfSpringSession.class);
        OfSpringSession two = nodes.two().bean(OfSpringSession.class);
        SojournSession session = stored("a", 1);
        String id = session.session().id().toString();
        Awaitility.await().untilAsserted(() -> assertThat(one.created).contains(id + " [a]"));
        ofTwo.deleteById(session.getId());
        Awaitility.await().untilAsserted(() -> assertThat(two.deleted).contains(id + " []"));
        assertThat(one.deleted).doesNotContain(id + " []");

        Browser browser = nodes.browser();
        browser.submit("/public/set", "value=a");
        String ofRequest = idOf(browser).substring(0, 22);
        browser.submit("/public/invalidate");
        Awaitility.await().untilAsserted(() -> {
            assertThat(List.of(one, two))
                    .anyMatch(node -> node.created.stream().anyMatch(told -> told.startsWith(ofRequest)));
            assertThat(List.of(one, two)).anyMatch(node -> node.deleted.contains(ofRequest + " []"));
        });
    }

    @Test
    void findingSendsOneCommandAndSavingOne() {
        SojournSession session = stored("a", 1);
        List<String> told = nodes.one().bean(OfSpringSession.class).created;
        Awaitility.await()
                .untilAsserted(() -> assertThat(told).contains(session.session().id() + " [a]"));
        probe.resetStats();
        SojournSession found = found(repository.findById(session.getId()));
        found.setAttribute("a", 2);
        repository.save(found);
        assertThat(probe.commandStats()).containsEntry("hgetall", 1L).containsEntry("evalsha", 1L);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableSpringHttpSession
    static class WithSpringSessionsFilter {}

    @Test
    void filterOfSpringSessionBesideOursIsRefused() {
        assertThatThrownBy(() -> Node.start(
                        List.of(TestApplication.class, WithSpringSessionsFilter.class), "sojourn.store=memory"))
                .hasStackTraceContaining("Remove @EnableSpringHttpSession")
                .hasStackTraceContaining("sojourn.enabled=false");
    }
}
