package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@link HttpSession} says about itself. */
class HttpSessionTest {

    @RegisterExtension
    static final Site site = new Site();

    @Test
    void attributesAreSetReplacedAndRemoved() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThat(session.getAttribute("user")).isEqualTo("ada");
            session.setAttribute("user", "bob");
            assertThat(session.getAttribute("user")).isEqualTo("bob");
            session.setAttribute("user", null);
            assertThat(session.getAttribute("user")).isNull();
            session.removeAttribute("visits");
            session.removeAttribute("never there");
            session.removeAttribute(null);
            session.setAttribute("new", 1);
            assertThat(Collections.list(session.getAttributeNames())).containsExactly("new");
            assertThat(session.getAttribute(null)).isNull();
            assertThatThrownBy(() -> session.setAttribute(null, 1)).isInstanceOf(IllegalArgumentException.class);
        });
        site.visitor("user", "ada", "visits", 1).get("/");
        assertThat(site.store().commands()).containsExactly("load", "commit");
    }

    @Test
    void namesMayBeWalkedWhileAttributesAreRemoved() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            var names = session.getAttributeNames();
            while (names.hasMoreElements()) {
                session.removeAttribute(names.nextElement());
            }
            assertThat(session.getAttributeNames().hasMoreElements()).isFalse();
        });
        site.visitor("user", "ada", "visits", 1).get("/");
    }

    @Test
    void attributeIsTheSameInstanceEachTime() {
        site.on("/", (request, response) -> {
            Object cart = request.getSession().getAttribute("cart");
            assertThat(request.getSession(false).getAttribute("cart")).isSameAs(cart);
            Object other = new ArrayList<>(List.of(1));
            request.getSession().setAttribute("other", other);
            assertThat(request.getSession().getAttribute("other")).isSameAs(other);
        });
        site.visitor("cart", new ArrayList<>(List.of("tea"))).get("/");
    }

    @Test
    void changeInsideAnAttributeIsSaved() {
        Browser browser = site.visitor("cart", new ArrayList<>(List.of("tea")));
        site.on("/", (request, response) -> {
            @SuppressWarnings("unchecked")
            List<String> cart = (List<String>) request.getSession().getAttribute("cart");
            cart.add("milk");
        });
        browser.get("/");
        site.on(
                "/",
                (request, response) ->
                        response.getWriter().print(request.getSession().getAttribute("cart")));
        assertThat(browser.get("/").body()).isEqualTo("[tea, milk]");
    }

    @Test
    void valueThatCannotBeStoredIsRefusedWhereItIsSet() {
        site.on("/", (request, response) -> {
            assertThatThrownBy(() -> request.getSession().setAttribute("thread", new Object()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasCauseInstanceOf(ValueNotAcceptedException.class)
                    .hasMessageContaining("thread");
            response.getWriter().print("handled");
        });
        assertThat(site.browser().get("/").body()).isEqualTo("handled");
        assertThat(site.store().commands()).isEmpty();
    }

    @Test
    void timesAreThoseOfTheSession() {
        long created = site.now().toEpochMilli();
        Browser browser = site.visitor("user", "ada");
        site.pass(Duration.ofMinutes(5));
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThat(session.getCreationTime()).isEqualTo(created);
            assertThat(session.getLastAccessedTime()).isEqualTo(created);
        });
        browser.get("/");
        site.pass(Duration.ofMinutes(5));
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession().getLastAccessedTime())
                        .isEqualTo(created + Duration.ofMinutes(5).toMillis()));
        browser.get("/");
    }

    @Test
    void newSessionKnowsThatItIsNew() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThat(session.isNew()).isTrue();
            assertThat(session.getCreationTime())
                    .isEqualTo(session.getLastAccessedTime())
                    .isEqualTo(site.now().toEpochMilli());
            assertThat(session.getServletContext()).isSameAs(request.getServletContext());
            session.setAttribute("user", "ada");
            SojournFilter.save(request);
            assertThat(session.isNew()).isTrue();
        });
        site.browser().get("/");
    }

    @Test
    void maxInactiveIntervalIsTheIdleTimeout() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThat(session.getMaxInactiveInterval()).isEqualTo(30 * 60);
            session.setMaxInactiveInterval(60);
            assertThat(session.getMaxInactiveInterval()).isEqualTo(60);
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        assertThat(site.manager().find(stored.token()).orElseThrow().idleTimeout())
                .isEqualTo(Duration.ofMinutes(1));
        site.pass(Duration.ofSeconds(67));
        assertThat(site.manager().find(stored.token())).isEmpty();
    }

    @Test
    void maxInactiveIntervalOfZeroOrLessMeansNever() {
        for (int never : new int[] {0, -1, Integer.MIN_VALUE}) {
            Session stored = site.stored("user", "ada");
            site.on("/", (request, response) -> {
                request.getSession().setMaxInactiveInterval(never);
                assertThat(request.getSession().getMaxInactiveInterval()).isNegative();
            });
            site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
            site.pass(Duration.ofHours(20));
            assertThat(site.manager().find(stored.token())).isPresent();
        }
    }

    @Test
    void partOfASecondIsNotTakenForNever() {
        site.on("/", (request, response) -> {
            SojournFilter.session(request).orElseThrow().setIdleTimeout(Duration.ofMillis(1));
            assertThat(request.getSession().getMaxInactiveInterval()).isEqualTo(1);
        });
        site.visitor("user", "ada").get("/");
    }

    @Test
    void longestIntervalIsTaken() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            request.getSession().setMaxInactiveInterval(Integer.MAX_VALUE);
            assertThat(request.getSession().getMaxInactiveInterval()).isEqualTo(Integer.MAX_VALUE);
        });
        assertThat(site.browser().get("/").status()).isEqualTo(200);
    }

    @Test
    void invalidatedSessionRefusesWhatTheSpecificationSays() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            String id = session.getId();
            session.invalidate();
            List<ThrowingCallable> refused = List.of(
                    session::getCreationTime,
                    session::getLastAccessedTime,
                    session::isNew,
                    session::getAttributeNames,
                    session::invalidate,
                    () -> session.getAttribute("user"),
                    () -> session.setAttribute("user", "bob"),
                    () -> session.setAttribute("user", null),
                    () -> session.removeAttribute("user"));
            for (ThrowingCallable call : refused) {
                assertThatThrownBy(call)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("invalidated");
            }
            assertThat(session.getId()).isEqualTo(id);
            assertThat(session.getServletContext()).isNotNull();
            session.setMaxInactiveInterval(5);
            assertThat(session.getMaxInactiveInterval()).isEqualTo(5);
        });
        site.visitor("user", "ada").get("/");
        assertThat(site.store().commands()).containsExactly("load", "delete");
    }

    @Test
    void useOfASessionIsWrittenDownOnceARequestAndOnlyIfItIsDue() {
        Browser browser = site.visitor("user", "ada");
        site.on("/", (request, response) -> {
            assertThat(request.getSession(false)).isNotNull();
            response.flushBuffer();
        });
        browser.get("/");
        assertThat(site.store().commands()).containsExactly("load");
        site.store().forget();
        site.pass(Duration.ofMinutes(2));
        browser.get("/");
        assertThat(site.store().commands()).containsExactly("load", "touch");
    }
}
