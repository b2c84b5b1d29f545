package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.session.SojournReactiveSessionRepository;
import io.sojourn.spring.session.SojournSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.events.SessionDestroyedEvent;

/** Spring Session's reactive API in a WebFlux application. */
class ReactiveSpringSessionApiTest {

    @Test
    void sessionsAreFoundChangedAndEnded() {
        try (Nodes nodes = Nodes.startReactive("management.endpoints.web.exposure.include=sessions")) {
            var repository = nodes.one().bean(SojournReactiveSessionRepository.class);
            assertThat(nodes.one().bean(ReactiveSessionRepository.class)).isSameAs(repository);
            Browser browser = nodes.browser();
            browser.signIn("ada", "secret");
            String id = browser.get("/public/id").body();

            SojournSession session = repository.findById(id).block();
            assertThat(session).isNotNull();
            assertThat(repository.findByPrincipalName("ada").block()).containsOnlyKeys(id);
            session.setAttribute("value", "from the repository");
            repository.save(session).block();
            assertThat(browser.get("/public/get").body()).startsWith("from the repository on ");
            assertThat(browser.get("/actuator/sessions/" + id).body()).contains("creationTime");

            repository.deleteById(id).block();
            assertThat(repository.findById(id).block()).isNull();
            assertThat(browser.get("/private", "Accept", "text/html").location())
                    .endsWith("/login");

            SojournSession made = repository.createSession().block();
            assertThat(made).isNotNull();
            repository.save(made).block();
            assertThat(repository.findById(made.getId()).block()).isEqualTo(made);
        }
    }

    @Test
    void sessionThatTimesOutIsToldOnceWithItsAttributes() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Nodes nodes = Nodes.startReactive("sojourn.end-events=true")) {
            for (Node node : List.of(nodes.one(), nodes.two())) {
                node.context()
                        .addApplicationListener((SessionDestroyedEvent event) ->
                                told.add(event.getClass().getSimpleName() + " of " + event.getSessionId() + ", value "
                                        + event.getSession().getAttribute("value")));
            }
            var repository = nodes.one().bean(SojournReactiveSessionRepository.class);
            SojournSession session = repository.createSession().block();
            assertThat(session).isNotNull();
            session.setAttribute("value", "a");
            session.setMaxInactiveInterval(Duration.ofSeconds(4));
            repository.save(session).block();
            SojournSession later = repository.createSession().block();
            assertThat(later).isNotNull();
            repository.save(later).block();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !told.isEmpty());
            repository.deleteById(later.getId()).block();
            Awaitility.await().until(() -> told.size() > 1);
            assertThat(told)
                    .containsExactly(
                            "SessionExpiredEvent of " + session.getId() + ", value a",
                            "SessionDeletedEvent of " + later.getId() + ", value null");
        }
    }
}
