package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A servlet application and a WebFlux application share sessions. */
class ServletAndWebFluxTest {

    @Test
    void sessionOfTheOneIsReadAndChangedByTheOther() {
        try (Nodes nodes = Nodes.startMixed()) {
            Browser servlet = new Browser(List.of(nodes.one()));
            Browser webFlux = new Browser(List.of(nodes.two()));

            servlet.signIn("ada", "secret");
            servlet.submit("/public/set", "value=a");
            webFlux.cookies().putAll(servlet.cookies());
            assertThat(webFlux.get("/private").body()).isEqualTo("hello ada");
            assertThat(webFlux.get("/public/get").body()).startsWith("a on ");
            webFlux.submit("/public/set", "value=b");
            servlet.cookies()
                    .putAll(webFlux.cookies()); // Spring Security gives the session a new secret with its CSRF token.
            assertThat(servlet.get("/public/get").body()).startsWith("b ");

            webFlux.submit("/logout");
            assertThat(servlet.get("/private").location()).endsWith("/login");

            webFlux.cookies().clear();
            webFlux.signIn("bob", "secret");
            servlet.cookies().clear();
            servlet.cookies().putAll(webFlux.cookies());
            assertThat(servlet.get("/private").body()).isEqualTo("hello bob");
            servlet.submit("/logout");
            assertThat(webFlux.get("/private", "Accept", "text/html").location())
                    .endsWith("/login");
        }
    }
}
