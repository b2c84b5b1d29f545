package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What listeners hear of sessions, in which order, and what they may do. */
class ListenerTest {

    private static final List<String> ORDER = new ArrayList<>();

    private record Named(String name) implements HttpSessionListener {
        @Override
        public void sessionCreated(HttpSessionEvent event) {
            ORDER.add(name + " created");
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            ORDER.add(name + " destroyed");
        }
    }

    @RegisterExtension
    static final Site site = new Site().configured(context -> {
        context.addListener(new Named("first"));
        context.addListener(new Chronicle());
        context.addListener(new Named("second"));
    });

    @BeforeEach
    void forget() {
        Chronicle.forget();
        ORDER.clear();
    }

    private static HttpSession lastSession() {
        return Chronicle.SESSIONS.get(Chronicle.SESSIONS.size() - 1);
    }

    @Test
    void eventCarriesTheSessionThatTheApplicationSees() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("user", "ada");
            String unused = request.changeSessionId();
            session.removeAttribute("user");
            session.invalidate();
            assertThat(Chronicle.SESSIONS).hasSize(5).allMatch(one -> one == session);
        });
        site.browser().get("/");
    }

    @Test
    void newSessionIsToldInOrderAndItsEndInReverseOrder() {
        site.on("/", (request, response) -> request.getSession().invalidate());
        site.browser().get("/");
        assertThat(ORDER).containsExactly("first created", "second created", "second destroyed", "first destroyed");
    }

    @Test
    void sessionThatWasFoundIsNotToldAsCreated() {
        site.on("/", (request, response) -> assertThat(request.getSession()).isNotNull());
        site.visitor("user", "ada").get("/");
        assertThat(Chronicle.HEARD).isEmpty();
    }

    @Test
    void whatAListenerSetsInANewSessionIsStored() {
        Chronicle.also(event -> {
            if (event.equals("created")) {
                lastSession().setAttribute("greeting", "hello");
                lastSession().setMaxInactiveInterval(60);
            }
        });
        site.on("/", (request, response) -> {
            assertThat(request.getSession().getAttribute("greeting")).isEqualTo("hello");
            assertThat(request.getSession().isNew()).isTrue();
        });
        Browser browser = site.browser();
        browser.get("/");
        assertThat(Chronicle.HEARD).containsExactly("created", "added greeting=hello");
        Session stored = site.manager()
                .find(Objects.requireNonNull(browser.cookie(Site.COOKIE)))
                .orElseThrow();
        assertThat(stored.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void attributeEventsCarryTheValueThatTheSpecificationSays() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("new", 1);
            session.setAttribute("user", "bob");
            session.setAttribute("user", "bob");
            session.setAttribute("user", null);
            session.setAttribute("user", null);
            session.removeAttribute("new");
            session.removeAttribute("new");
            session.removeAttribute("never there");
        });
        site.visitor("user", "ada").get("/");
        assertThat(Chronicle.HEARD)
                .containsExactly(
                        "added new=1", "replaced user=ada", "replaced user=bob", "removed user=bob", "removed new=1");
    }

    @Test
    void attributeListenerIsToldWhenItIsDone() {
        Chronicle.also(event -> {
            switch (event) {
                case "added user=ada" ->
                    assertThat(lastSession().getAttribute("user")).isEqualTo("ada");
                case "replaced user=ada" ->
                    assertThat(lastSession().getAttribute("user")).isEqualTo("bob");
                default -> assertThat(lastSession().getAttribute("user")).isNull();
            }
        });
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            request.getSession().setAttribute("user", "bob");
            request.getSession().removeAttribute("user");
        });
        site.browser().get("/");
        assertThat(Chronicle.HEARD)
                .containsExactly("created", "added user=ada", "replaced user=ada", "removed user=bob");
    }

    @Test
    void endOfASessionIsToldBeforeItEndsAndItsAttributesAfterwards() {
        List<Object> seen = new ArrayList<>();
        Chronicle.also(event -> {
            HttpSession session = lastSession();
            seen.add(session.getAttribute("cart") + " " + session.getAttribute("user"));
            if (event.equals("destroyed")) {
                assertThat(session.getCreationTime()).isPositive();
                assertThat(session.isNew()).isFalse();
            }
        });
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.invalidate();
            assertThatThrownBy(session::getCreationTime).isInstanceOf(IllegalStateException.class);
        });
        site.visitor("cart", "tea", "user", "ada").get("/");
        assertThat(Chronicle.HEARD).containsExactly("destroyed", "removed cart=tea", "removed user=ada");
        assertThat(seen).containsExactly("tea ada", "null ada", "null null");
        assertThat(site.store().commands()).containsExactly("load", "delete");
    }

    @Test
    void listenerOfTheEndMayInvalidateAgainWithoutHarm() {
        Chronicle.also(event -> lastSession().invalidate());
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.invalidate();
            assertThatThrownBy(session::invalidate).isInstanceOf(IllegalStateException.class);
        });
        site.visitor("user", "ada").get("/");
        assertThat(Chronicle.HEARD).containsExactly("destroyed", "removed user=ada");
    }

    @Test
    void sessionThatTheManagerRevokesIsDestroyed() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            site.manager().revoke(SojournFilter.session(request).orElseThrow());
            assertThatThrownBy(() -> session.getAttribute("user")).isInstanceOf(IllegalStateException.class);
            assertThat(Chronicle.HEARD).containsExactly("destroyed", "removed user=ada");
            assertThat(Chronicle.SESSIONS).containsOnly(session);
            assertThat(request.getSession(false)).isNull();
        });
        Reply reply = site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        assertThat(reply.cookies()).singleElement().asString().contains("; Max-Age=0;");
        assertThat(Chronicle.HEARD).hasSize(2);
    }

    @Test
    void sessionThatTheManagerRevokesLastOfAllIsDestroyedAsWell() {
        site.on(
                "/",
                (request, response) ->
                        site.manager().revoke(SojournFilter.session(request).orElseThrow()));
        Reply reply = site.visitor("user", "ada").get("/");
        assertThat(reply.cookies()).singleElement().asString().contains("; Max-Age=0;");
        assertThat(Chronicle.HEARD).containsExactly("destroyed", "removed user=ada");
    }

    @Test
    void sessionThatEndsElsewhereIsNotTold() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("late", 1);
            site.manager().revoke(stored.id());
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        assertThat(Chronicle.HEARD).containsExactly("added late=1");
    }

    @Test
    void sessionThatExpiresIsNotTold() {
        Browser browser = site.visitor("user", "ada");
        site.pass(Duration.ofHours(1));
        site.on(
                "/",
                (request, response) -> assertThat(request.getSession(false)).isNull());
        browser.get("/");
        assertThat(Chronicle.HEARD).isEmpty();
    }

    @Test
    void newIdIsToldWhateverItWasGivenFor() {
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            String first = request.getSession().getId();
            String second = request.changeSessionId();
            SojournFilter.save(request); // Rotations that nobody has seen count as one.
            SojournFilter.signIn(request, "ada");
            String third = request.getSession().getId();
            SojournFilter.save(request);
            SojournFilter.update(request, Session::rotate);
            String fourth = request.getSession().getId();
            assertThat(Chronicle.HEARD)
                    .containsExactly(
                            "id " + first + " -> " + second,
                            "id " + second + " -> " + third,
                            "id " + third + " -> " + fourth);
        });
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
    }

    @Test
    void newIdOfALoginIsToldOnce() {
        assumeFalse(Site.isUndertow(), "Undertow keeps who has logged in in a session of its own");
        site.on("/", (request, response) -> request.login("ada", "engine"));
        site.visitor("cart", "tea").get("/");
        assertThat(Chronicle.HEARD).singleElement().asString().startsWith("id ");
    }

    @Test
    void rotationPastTheServletApiIsToldWhenItIsSaved() {
        site.on(
                "/",
                (request, response) ->
                        SojournFilter.session(request).orElseThrow().rotate());
        site.visitor("user", "ada").get("/");
        assertThat(Chronicle.HEARD).singleElement().asString().startsWith("id ");
    }

    @Test
    void whatAListenerThrowsReachesTheApplication() {
        assumeFalse(Site.isUndertow(), "Undertow logs what its listeners throw, and goes on");
        Chronicle.also(event -> {
            throw new IllegalStateException("from the listener");
        });
        site.on("/", (request, response) -> {
            assertThatThrownBy(() -> request.getSession().setAttribute("user", "bob"))
                    .hasMessage("from the listener");
            response.getWriter().print("caught");
        });
        assertThat(site.visitor("user", "ada").get("/").body()).isEqualTo("caught");
    }

    @Test
    void sessionEndsWhateverItsListenersThrow() {
        assumeFalse(Site.isUndertow(), "Undertow logs what its listeners throw, and goes on");
        Chronicle.also(event -> {
            throw new IllegalStateException("from the listener");
        });
        Session stored = site.stored("user", "ada");
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThatThrownBy(session::invalidate).hasMessage("from the listener");
            assertThatThrownBy(session::isNew).isInstanceOf(IllegalStateException.class);
            assertThat(request.getSession(false)).isNull();
        });
        Reply reply = site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        assertThat(reply.cookies()).singleElement().asString().contains("; Max-Age=0;");
        assertThat(site.manager().find(stored.token())).isEmpty();
        assertThat(ORDER).containsExactly("second destroyed"); // Nobody after the one who threw.
    }

    @Test
    void endIsToldForEachAttributeWhateverIsThrownForOthers() {
        assumeFalse(Site.isUndertow(), "Undertow logs what its listeners throw, and goes on");
        Chronicle.also(event -> {
            throw new IllegalStateException(event);
        });
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            assertThatThrownBy(session::invalidate)
                    .hasMessage("destroyed")
                    .hasSuppressedException(new IllegalStateException("removed cart=tea"))
                    .hasSuppressedException(new IllegalStateException("removed user=ada"));
        });
        site.visitor("cart", "tea", "user", "ada").get("/");
        assertThat(Chronicle.HEARD).containsExactly("destroyed", "removed cart=tea", "removed user=ada");
    }

    @Test
    void sessionOfAnEventLeadsToTheSessionBehindIt() {
        site.on("/", (request, response) -> {
            assertThat(SojournFilter.session(request.getSession())).isEqualTo(SojournFilter.session(request));
            assertThat(SojournFilter.session(lastSession()).orElseThrow().publicId())
                    .isEqualTo(request.getSession().getId());
        });
        site.browser().get("/");
    }
}
