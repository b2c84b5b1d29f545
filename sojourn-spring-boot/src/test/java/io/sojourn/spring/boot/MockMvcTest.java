package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.SessionStore;
import io.sojourn.spring.boot.app.Cart;
import io.sojourn.spring.boot.app.TestApplication;
import io.sojourn.spring.boot.slice.WithMockMvc;
import io.sojourn.spring.boot.test.AutoConfigureSojournTest;
import jakarta.servlet.http.Cookie;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/** An application's tests with MockMvc: the session of the mock request is the one that the handler sees. */
@SpringBootTest(
        classes = TestApplication.class,
        properties = {"sojourn.allowed-types=io.sojourn.spring.boot.app", "spring.main.banner-mode=off"})
@WithMockMvc
@AutoConfigureSojournTest
class MockMvcTest {

    private final MockMvc mvc;
    private final SessionManager sessions;
    private final SessionStore store;

    MockMvcTest(@Autowired MockMvc mvc, @Autowired SessionManager sessions, @Autowired SessionStore store) {
        this.mvc = mvc;
        this.sessions = sessions;
        this.store = store;
    }

    private static MockHttpSession sessionOf(MvcResult result) {
        return (MockHttpSession) Objects.requireNonNull(result.getRequest().getSession(false));
    }

    private MvcResult perform(MockHttpServletRequestBuilder request) throws Exception {
        return mvc.perform(request)
                .andExpect(
                        result -> assertThat(result.getResponse().getStatus()).isLessThan(400))
                .andReturn();
    }

    /** With the token that a page would have in its form. */
    private MockHttpServletRequestBuilder form(String path, MockHttpSession session) throws Exception {
        MvcResult page = perform(get("/csrf").session(session));
        return post(path)
                .session(session)
                .header("X-CSRF-TOKEN", page.getResponse().getContentAsString());
    }

    private MockHttpSession signedIn(String user) throws Exception {
        MockHttpSession session = new MockHttpSession();
        perform(form("/login", session).param("username", user).param("password", "secret"));
        return session;
    }

    @Test
    void storeIsInMemory() {
        assertThat(store).isInstanceOf(MemoryStore.class);
    }

    @Test
    void attributeOfTheRequestIsSeenByTheHandler() throws Exception {
        mvc.perform(get("/public/get").sessionAttr("value", "of the test"))
                .andExpect(content().string("of the test "));
    }

    @Test
    void attributeOfTheHandlerIsSeenByTheTest() throws Exception {
        MockHttpSession session = new MockHttpSession();
        mvc.perform(form("/public/set", session).param("value", "of the handler"))
                .andExpect(request().sessionAttribute("value", "of the handler"));
        assertThat(session.getAttribute("value")).isEqualTo("of the handler");
        mvc.perform(get("/public/get").session(session)).andExpect(content().string("of the handler Europe/Vienna"));
    }

    @Test
    void changesOfTheTestBetweenRequestsAreSeenByTheHandler() throws Exception {
        MockHttpSession session = new MockHttpSession();
        perform(form("/public/set", session).param("value", "first"));
        session.setAttribute("value", "second");
        session.removeAttribute("zone");
        mvc.perform(get("/public/get").session(session)).andExpect(content().string("second "));
    }

    @Test
    void mockSessionIsOneRealSessionOverManyRequests() throws Exception {
        MockHttpSession session = signedIn("ada");
        mvc.perform(get("/private").session(session)).andExpect(content().string("hello ada"));
        mvc.perform(get("/private").session(session)).andExpect(content().string("hello ada"));
        assertThat(sessions.findByPrincipal("ada")).hasSize(1);
        assertThat(sessions.revokeAll("ada")).isEqualTo(1);
        mvc.perform(get("/private").session(session)).andExpect(status().is3xxRedirection());
    }

    @Test
    void logoutInvalidatesTheMockSession() throws Exception {
        MockHttpSession session = signedIn("bob");
        perform(form("/logout", session));
        assertThat(session.isInvalid()).isTrue();
        assertThat(sessions.findByPrincipal("bob")).isEmpty();
    }

    @Test
    void cookieOfTheResponseWorksAsWell() throws Exception {
        MvcResult first = perform(get("/public/empty"));
        Cookie cookie = Objects.requireNonNull(first.getResponse().getCookie("SESSION"));
        String id = first.getResponse().getContentAsString().split(" ", 2)[0];
        mvc.perform(get("/public/empty").cookie(cookie)).andExpect(content().string(id + " false"));
    }

    @Test
    void requestThatAsksForNoSessionGetsNone() throws Exception {
        MvcResult result = perform(get("/public/plain"));
        assertThat(result.getRequest().getSession(false)).isNull();
        assertThat(result.getResponse().getCookies()).isEmpty();
    }

    @Test
    void asynchronousHandlerHasTheSession() throws Exception {
        MvcResult started = perform(get("/public/callable"));
        mvc.perform(asyncDispatch(started))
                .andExpect(content().string("called"))
                .andExpect(request().sessionAttribute("value", "of a callable"));
        mvc.perform(get("/public/get").session(sessionOf(started)))
                .andExpect(content().string("of a callable "));
    }

    @Test
    void beanOfTheSessionIsKeptAndDestroyedOnce() throws Exception {
        MockHttpSession session = new MockHttpSession();
        perform(form("/public/cart", session).param("item", "mock tea"));
        mvc.perform(get("/public/cart").session(session)).andExpect(content().string("[mock tea]"));
        perform(form("/public/invalidate", session));
        assertThat(session.isInvalid()).isTrue();
        assertThat(Cart.DESTROYED.stream().filter(List.of("mock tea")::equals)).hasSize(1);
    }

    @Test
    void valueThatCannotBeStoredFailsTheTestAsItWouldInProduction() {
        assertThatThrownBy(() -> mvc.perform(get("/public/get").sessionAttr("value", new Thread())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread");
    }
}
