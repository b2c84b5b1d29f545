package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.servlet.ServletTester;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The filter in the test kits of frameworks and containers, whose requests never were on a wire. */
class MocksTest {

    private final SojournFilter filter = new SojournFilter(SessionManager.create(new MemoryStore()));

    private static int visits(HttpSession session) {
        int visits = session.getAttribute("visits") instanceof Integer before ? before + 1 : 1;
        session.setAttribute("visits", visits);
        return visits;
    }

    /** Counts the visits of a session. */
    private static final class Visits extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print(visits(request.getSession()));
        }
    }

    /** The same as Spring MVC has it, in each way of answering. */
    @RestController
    static final class VisitsController {
        @GetMapping("/visits")
        String visit(HttpSession session) {
            return "visits: " + visits(session);
        }

        @GetMapping("/later")
        Callable<String> later(HttpSession session) {
            return () -> "visits: " + visits(session);
        }
    }

    private MockMvc mockMvc() {
        return MockMvcBuilders.standaloneSetup(new VisitsController())
                .addFilters(filter)
                .build();
    }

    private static Cookie cookie(MvcResult result) {
        return Objects.requireNonNull(result.getResponse().getCookie("JSESSIONID"));
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sojourn.servletVersion",
            matches = "6.1",
            disabledReason = "Spring 7 needs Servlet 6.1")
    void cookieHeaderIsReadOnceInARequest() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/") {
            @Override
            public Enumeration<String> getHeaders(String name) {
                reads.addAndGet(name.equalsIgnoreCase("Cookie") ? 1 : 0);
                return super.getHeaders(name);
            }
        };
        request.addHeader("Cookie", "JSESSIONID=one; JSESSIONID=two");
        HttpServlet asking = new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void doGet(HttpServletRequest asked, HttpServletResponse response) {
                assertThat(asked.getSession(false)).isNull();
                assertThat(asked.getRequestedSessionId()).isEqualTo("one");
                assertThat(asked.isRequestedSessionIdFromCookie()).isTrue();
                assertThat(asked.isRequestedSessionIdValid()).isFalse();
                asked.getSession().setAttribute("seen", true);
            }
        };

        new MockFilterChain(asking, filter).doFilter(request, new MockHttpServletResponse());

        assertThat(reads).hasValue(1);
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sojourn.servletVersion",
            matches = "6.1",
            disabledReason = "Spring 7 needs Servlet 6.1")
    void sessionGoesFromOneRequestOfMockMvcToTheNext() throws Exception {
        MockMvc mvc = mockMvc();
        MvcResult first = mvc.perform(get("/visits")).andReturn();
        assertThat(first.getResponse().getContentAsString()).isEqualTo("visits: 1");
        MvcResult second = mvc.perform(get("/visits").cookie(cookie(first))).andReturn();
        assertThat(second.getResponse().getContentAsString()).isEqualTo("visits: 2");
        assertThat(second.getResponse().getCookies()).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sojourn.servletVersion",
            matches = "6.1",
            disabledReason = "Spring 7 needs Servlet 6.1")
    void asynchronousAnswerOfMockMvcIsSaved() throws Exception {
        MockMvc mvc = mockMvc();
        MvcResult first = mvc.perform(get("/visits")).andReturn();
        MvcResult started = mvc.perform(get("/later").cookie(cookie(first))).andReturn();
        MvcResult second = mvc.perform(asyncDispatch(started)).andReturn();
        assertThat(second.getResponse().getContentAsString()).isEqualTo("visits: 2");
        MvcResult third = mvc.perform(get("/visits").cookie(cookie(first))).andReturn();
        assertThat(third.getResponse().getContentAsString()).isEqualTo("visits: 3");
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sojourn.servletVersion",
            matches = "6.1",
            disabledReason = "Spring 7 needs Servlet 6.1")
    void sessionGoesFromOneMockRequestToTheNext() throws Exception {
        MockHttpServletResponse first = mocked(new MockHttpServletRequest("GET", "/"));
        assertThat(first.getContentAsString()).isEqualTo("1");
        MockHttpServletRequest again = new MockHttpServletRequest("GET", "/");
        again.setCookies(Objects.requireNonNull(first.getCookie("JSESSIONID")));
        assertThat(mocked(again).getContentAsString()).isEqualTo("2");
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sojourn.servletVersion",
            matches = "6.1",
            disabledReason = "Spring 7 needs Servlet 6.1")
    void uriOfAMockRequestNeedNotBeginWithThePathOfItsContext() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "");
        request.setContextPath("/shop");
        assertThat(mocked(request).getContentAsString()).isEqualTo("1");
    }

    private MockHttpServletResponse mocked(MockHttpServletRequest request) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain(new Visits()));
        return response;
    }

    @Test
    @EnabledIfSystemProperty(
            named = "sojourn.servletVersion",
            matches = "6.1",
            disabledReason = "Spring 7 needs Servlet 6.1")
    void mockRequestIsAskedForItsAsyncContextInEachState() throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        request.setAsyncSupported(true);
        MockHttpServletResponse response = new MockHttpServletResponse();
        Filter starting = (servletRequest, servletResponse, chain) -> {
            assertThat(servletRequest.getAsyncContext()).isNull();
            AsyncContext async = servletRequest.startAsync();
            assertThat(servletRequest.getAsyncContext()).isSameAs(async);
            visits(((HttpServletRequest) servletRequest).getSession());
            async.complete();
        };
        FilterChain chain = new MockFilterChain(new Visits(), starting);
        filter.doFilter(request, response, chain);
        MockHttpServletRequest again = new MockHttpServletRequest("GET", "/");
        again.setCookies(Objects.requireNonNull(response.getCookie("JSESSIONID")));
        assertThat(mocked(again).getContentAsString()).isEqualTo("2");
    }

    @Test
    @EnabledIfSystemProperty(named = "sojourn.container", matches = "jetty-ee11")
    void sessionGoesFromOneRequestOfJettysTesterToTheNext() throws Exception {
        ServletTester tester = new ServletTester("/");
        tester.getContext().addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        tester.getContext().addServlet(new ServletHolder(new Visits()), "/*");
        tester.start();
        try {
            String first = tester.getResponses("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            assertThat(first).endsWith("1");
            Matcher cookie = Pattern.compile("Set-Cookie: (JSESSIONID=[^;]+)").matcher(first);
            assertThat(cookie.find()).as(first).isTrue();
            assertThat(tester.getResponses("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nCookie: "
                            + cookie.group(1) + "\r\n\r\n"))
                    .endsWith("2");
        } finally {
            tester.stop();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "sojourn.container", matches = "undertow")
    void mockRequestOfUndertowGetsASession() throws Exception {
        DeploymentInfo application = Servlets.deployment()
                .setClassLoader(MocksTest.class.getClassLoader())
                .setContextPath("/")
                .setDeploymentName("mocks")
                .addFilter(Servlets.filter("sessions", SojournFilter.class, new ImmediateInstanceFactory<>(filter)))
                .addFilterUrlMapping("sessions", "/*", DispatcherType.REQUEST)
                .addServlet(Servlets.servlet("visits", Visits.class, new ImmediateInstanceFactory<>(new Visits()))
                        .addMapping("/*"));
        DeploymentManager manager = Servlets.newContainer().addDeployment(application);
        manager.deploy();
        Object unused = new PathHandler().addPrefixPath("/", manager.start());
        MockHttpServletResponse first = new MockHttpServletResponse();
        manager.getDeployment()
                .getServletDispatcher()
                .dispatchMockRequest(new MockHttpServletRequest("GET", "/"), first);
        assertThat(first.getContentAsString()).isEqualTo("1");
        MockHttpServletRequest again = new MockHttpServletRequest("GET", "/");
        again.setCookies(Objects.requireNonNull(first.getCookie("JSESSIONID")));
        MockHttpServletResponse second = new MockHttpServletResponse();
        manager.getDeployment().getServletDispatcher().dispatchMockRequest(again, second);
        assertThat(second.getContentAsString()).isEqualTo("2");
        manager.stop();
        manager.undeploy();
    }
}
