package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Values that are listeners themselves. */
class ValueListenerTest {

    @RegisterExtension
    static final Site site = new Site()
            .settings(settings -> settings.codec(JavaSerializationCodec.builder()
                    .allow(Visitor.class)
                    .allow(FaultyValue.class)
                    .build()));

    @BeforeEach
    void forget() {
        Visitor.HEARD.clear();
    }

    private static Visitor attribute(HttpSession session) {
        return (Visitor) session.getAttribute("visitor");
    }

    @Test
    void valueIsBoundBeforeItCanBeGotAndUnboundWhenItCannotAnyMore() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("visitor", new Visitor("ada"));
            session.setAttribute("visitor", new Visitor("bob"));
            session.removeAttribute("visitor");
        });
        site.browser().get("/");
        assertThat(Visitor.HEARD)
                .containsExactly(
                        "ada bound as visitor in place of null",
                        "bob bound as visitor in place of ada",
                        "ada unbound as visitor, where now is bob",
                        "bob unbound as visitor, where now is null");
    }

    @Test
    void valueIsUnboundWhenTheSessionIsInvalidated() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("visitor", new Visitor("ada"));
            request.getSession().invalidate();
        });
        site.browser().get("/");
        assertThat(Visitor.HEARD)
                .containsExactly("ada bound as visitor in place of null", "ada unbound as visitor, where now is null");
    }

    @Test
    void whatAValueThrowsIsLoggedAndTheRestGoesOn() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.setAttribute("faulty", new FaultyValue("one"));
            session.setAttribute("faulty", new FaultyValue("two"));
            session.setAttribute("another", new FaultyValue("three"));
            session.removeAttribute("another");
            session.setAttribute("user", "ada");
        });
        Browser browser = site.browser();
        assertThat(browser.get("/").status()).isEqualTo(200);
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession(false);
            assertThat(session.getAttribute("faulty")).isEqualTo(new FaultyValue("two"));
            assertThat(session.getAttribute("another")).isNull();
            assertThat(session.getAttribute("user")).isEqualTo("ada");
            session.invalidate();
            assertThat(request.getSession(false)).isNull();
        });
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    /** Fails whenever it is told of something. */
    record FaultyValue(String name) implements HttpSessionBindingListener, HttpSessionActivationListener, Serializable {

        @Override
        public void valueBound(HttpSessionBindingEvent event) {
            throw new IllegalStateException("bound");
        }

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            throw new IllegalStateException("unbound");
        }

        @Override
        public void sessionWillPassivate(HttpSessionEvent event) {
            throw new IllegalStateException("to passivate");
        }

        @Override
        public void sessionDidActivate(HttpSessionEvent event) {
            throw new IllegalStateException("activated");
        }
    }

    @Test
    void valueOfAnEarlierRequestIsUnboundAsWell() {
        Browser browser = site.visitor("visitor", new Visitor("ada"), "other", new Visitor("bob"));
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("visitor", "somebody else");
            request.getSession().invalidate();
        });
        browser.get("/");
        assertThat(Visitor.HEARD)
                .containsExactly(
                        "ada activated",
                        "ada unbound as visitor, where now is somebody else",
                        "bob activated",
                        "bob unbound as other, where now is null");
    }

    @Test
    void valueThatIsSetOnceMoreIsBoundOnce() {
        site.on("/", (request, response) -> {
            Visitor ada = new Visitor("ada");
            request.getSession().setAttribute("visitor", ada);
            request.getSession().setAttribute("visitor", ada);
        });
        site.browser().get("/");
        assertThat(Visitor.HEARD).containsExactly("ada bound as visitor in place of null", "ada passivated");
    }

    @Test
    void whatAValueDoesWhenItIsBoundIsStored() {
        site.on("/", (request, response) -> {
            if (request.getSession().isNew()) {
                request.getSession().setAttribute("visitor", new Visitor("ada"));
            } else {
                response.getWriter().print(attribute(request.getSession()).bound);
            }
        });
        Browser browser = site.browser();
        browser.get("/");
        assertThat(browser.get("/").body()).isEqualTo("1");
    }

    /** A listener that hangs on to what cannot be stored: a common way to learn of a session's end. */
    private static final class NoData implements HttpSessionBindingListener {
        final List<String> heard = new ArrayList<>();

        @Override
        public void valueBound(HttpSessionBindingEvent event) {
            heard.add("bound");
        }

        @Override
        public void valueUnbound(HttpSessionBindingEvent event) {
            heard.add("unbound");
        }
    }

    @Test
    void listenerThatCannotBeStoredIsRefusedAndToldThatItIsUnbound() {
        site.on("/", (request, response) -> {
            NoData listener = new NoData();
            assertThatThrownBy(() -> request.getSession().setAttribute("visitor", listener))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasCauseInstanceOf(ValueNotAcceptedException.class)
                    .hasMessageContaining("visitor")
                    .hasMessageContaining("NoData");
            assertThat(listener.heard).containsExactly("bound", "unbound");
            assertThat(attribute(request.getSession())).hasToString("ada");
        });
        site.visitor("visitor", new Visitor("ada")).get("/");
    }

    @Test
    void valueIsActivatedWhenARequestFirstGetsItAndPassivatedBeforeItIsStored() {
        site.on("/", (request, response) -> {
            assertThat(attribute(request.getSession())).isSameAs(attribute(request.getSession()));
            assertThat(Visitor.HEARD).containsExactly("ada activated");
        });
        Browser browser = site.visitor("visitor", new Visitor("ada"));
        browser.get("/");
        assertThat(Visitor.HEARD).containsExactly("ada activated", "ada passivated");
        site.on("/", (request, response) -> response.getWriter().print(attribute(request.getSession()).passivated));
        assertThat(browser.get("/").body()).isEqualTo("1"); // What it did then was stored.
    }

    @Test
    void valueIsActiveAgainWhenTheRequestGoesOnAfterASave() {
        site.on("/", (request, response) -> {
            Visitor unused = attribute(request.getSession());
            response.flushBuffer();
            assertThat(Visitor.HEARD).containsExactly("ada activated", "ada passivated", "ada activated");
        });
        site.visitor("visitor", new Visitor("ada")).get("/");
        assertThat(Visitor.HEARD).containsExactly("ada activated", "ada passivated", "ada activated", "ada passivated");
    }

    @Test
    void valueThatNobodyGetsIsLeftInPeace() {
        site.on("/", (request, response) -> request.getSession().setAttribute("other", 1));
        site.visitor("visitor", new Visitor("ada")).get("/");
        assertThat(Visitor.HEARD).isEmpty();
    }

    @Test
    void valueThatIsSetIsActiveAlreadyAndPassivatedBeforeItIsStored() {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("visitor", new Visitor("ada"));
            assertThat(attribute(request.getSession()).bound).isEqualTo(1);
        });
        site.browser().get("/");
        assertThat(Visitor.HEARD).containsExactly("ada bound as visitor in place of null", "ada passivated");
    }
}
