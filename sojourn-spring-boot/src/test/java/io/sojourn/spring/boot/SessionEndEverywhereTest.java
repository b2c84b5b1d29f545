package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.ends.SessionEndListener;
import io.sojourn.spring.boot.app.TestApplication;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** With {@code sojourn.end-events-on-every-node=true}, session listeners hear of each end on both nodes, all else on one of them. */
class SessionEndEverywhereTest {

    @Configuration(proxyBeanMethods = false)
    static class Listening {

        final List<String> servlets = new CopyOnWriteArrayList<>();
        final List<String> application = new CopyOnWriteArrayList<>();

        @Bean
        HttpSessionListener listener() {
            return new HttpSessionListener() {
                @Override
                public void sessionDestroyed(HttpSessionEvent event) {
                    servlets.add(event.getSession().getId() + " "
                            + event.getSession().getAttribute("value"));
                }
            };
        }

        @Bean
        SessionEndListener endListener() {
            return end -> application.add(end.session().orElseThrow().publicId());
        }
    }

    @Test
    void sessionListenersHearOfALogoutAndARevocationOnBothNodesAndBeansOnOne() {
        try (Nodes nodes = Nodes.start(
                List.of(TestApplication.class, Listening.class),
                "sojourn.end-events=true",
                "sojourn.end-events-on-every-node=true")) {
            List<Listening> both = Stream.of(nodes.one(), nodes.two())
                    .map(node -> node.bean(Listening.class))
                    .toList();
            int ends = 0;
            for (boolean logsOut : new boolean[] {true, false}) {
                Browser browser = nodes.browser();
                browser.signIn("ada", "secret");
                browser.submit("/public/set", "value=tea");
                String id = browser.get("/public/empty").body().split(" ", 2)[0];
                if (logsOut) {
                    browser.submit("/logout");
                } else {
                    nodes.one().sessions().revokeAll("ada");
                }
                ends++;
                for (Listening each : both) {
                    await().atMost(Duration.ofSeconds(30)).until(() -> each.servlets.contains(id + " tea"));
                    assertThat(each.servlets).hasSize(ends);
                }
                assertThat(both.stream().flatMap(each -> each.application.stream()))
                        .hasSize(ends)
                        .contains(id);
            }
        }
    }
}
