package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application that knows its visitors by the id alone. */
class EmptySessionsStoredTest {

    @RegisterExtension
    static final Site site = new Site()
            .filter(manager ->
                    SojournFilter.builder(manager).storeEmptySessions(true).build());

    @Test
    void sessionWithoutAttributesIsStoredAndFoundAgain() {
        site.on(
                "/",
                (request, response) -> response.getWriter()
                        .print(request.getSession().getId()
                                + request.getSession().isNew()));
        Browser browser = site.browser();
        String first = browser.get("/").body();
        assertThat(first).endsWith("true");
        assertThat(browser.get("/").body()).isEqualTo(first.replace("true", "false"));
        assertThat(site.store().commands()).containsExactly("commit", "load");
    }

    @Test
    void requestThatDoesNotAskForASessionStillHasNone() {
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        assertThat(site.browser().get("/").cookies()).isEmpty();
        assertThat(site.store().commands()).isEmpty();
    }
}
