package io.sojourn.example.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.SessionManager;
import io.sojourn.example.shop.Browser;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The shop on two nodes over one Redis, in real browsers. A browser sends both nodes the same cookies. */
@SuppressWarnings("NullAway.Init") // The tests run only if all of it was started.
class TwoNodesTest {

    private static final RedisServer redis = RedisServers.start();

    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;
    private static Browser laptop;
    private static Browser phone;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> chromium = Browser.program();
        assumeTrue(chromium.isPresent(), "There is no Chromium on the PATH, so the pages are not tested in a browser.");
        one = node();
        two = node();
        laptop = Browser.start(chromium.get());
        phone = Browser.start(chromium.get());
    }

    private static ConfigurableApplicationContext node() {
        return SpringApplication.run(
                ShopApplication.class,
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--spring.data.redis.port=" + redis.port(),
                "--spring.main.banner-mode=off");
    }

    @AfterAll
    static void stop() throws IOException {
        for (Browser browser : new Browser[] {laptop, phone}) {
            if (browser != null) {
                browser.close();
            }
        }
        for (ConfigurableApplicationContext node : new ConfigurableApplicationContext[] {one, two}) {
            if (node != null) {
                node.close();
            }
        }
        redis.close();
    }

    @BeforeEach
    void signOut() {
        SessionManager sessions = one.getBean(SessionManager.class);
        List.of("ada", "bob", "olga").forEach(sessions::revokeAll);
        laptop.forgetCookies();
        phone.forgetCookies();
    }

    @AfterEach
    void browsersReportNoError() {
        assertThat(laptop.complaints()).isEmpty();
        assertThat(phone.complaints()).isEmpty();
    }

    private static String at(ConfigurableApplicationContext node, String path) {
        return "http://127.0.0.1:"
                + Objects.requireNonNull(node.getEnvironment().getProperty("local.server.port")) + path;
    }

    /** Presses the button of a form, and waits for the page that follows. */
    private static void submit(Browser browser, String form, String nextPage) {
        browser.click(form + " button");
        browser.awaitTrue("document.readyState === 'complete' && !!(" + nextPage + ")");
    }

    private static void signIn(Browser browser, ConfigurableApplicationContext node, String user) {
        browser.open(at(node, "/"));
        browser.type("input[name=username]", user);
        browser.type("input[name=password]", "secret");
        submit(browser, "form", "document.getElementById('user')?.innerText === '" + user + "'");
    }

    private static void add(Browser browser, String item) {
        browser.type("#add input[name=item]", item);
        submit(browser, "#add", "document.getElementById('message')?.innerText === '" + item + " is in your cart.'");
    }

    private static boolean isSignedIn(Browser browser, ConfigurableApplicationContext node) {
        browser.open(at(node, "/"));
        return !Objects.equals(browser.evaluate("location.pathname"), "/login");
    }

    @Test
    void userWhoSignsInOnOneNodeGoesOnOnTheOther() {
        signIn(laptop, one, "ada");
        add(laptop, "tea");
        laptop.open(at(two, "/"));
        assertThat(laptop.text("#user")).isEqualTo("ada");
        assertThat(laptop.text("#cart")).isEqualTo("tea");
        add(laptop, "biscuits");
        laptop.open(at(one, "/"));
        assertThat(laptop.text("#cart")).isEqualTo("tea\nbiscuits");
    }

    @Test
    void logoutOnOneNodeSignsOutOnTheOther() {
        signIn(laptop, one, "ada");
        laptop.open(at(two, "/"));
        submit(laptop, "#logout", "document.querySelector('input[name=password]')");
        assertThat(isSignedIn(laptop, one)).isFalse();
    }

    @Test
    void devicesPageSignsOutAnotherBrowser() {
        signIn(phone, two, "bob");
        signIn(laptop, one, "bob");
        laptop.open(at(two, "/devices"));
        assertThat(laptop.evaluate("document.querySelectorAll('#devices tr').length"))
                .isEqualTo(2);
        assertThat(laptop.text("#devices")).contains("this one", "Chrome", "127.0.0.1");
        submit(laptop, "form.end", "document.querySelectorAll('#devices tr').length === 1");
        assertThat(isSignedIn(phone, two)).isFalse();
        assertThat(isSignedIn(phone, one)).isFalse();
        assertThat(isSignedIn(laptop, two)).isTrue();
    }

    @Test
    void devicesPageSignsOutEverywhereElseAndEverywhere() {
        signIn(phone, two, "bob");
        signIn(laptop, one, "bob");
        laptop.open(at(one, "/devices"));
        submit(laptop, "#end-others", "document.querySelectorAll('#devices tr').length === 1");
        assertThat(isSignedIn(phone, one)).isFalse();
        signIn(phone, two, "bob");
        submit(laptop, "#end-all", "document.querySelector('input[name=password]')");
        assertThat(isSignedIn(laptop, two)).isFalse();
        assertThat(isSignedIn(phone, one)).isFalse();
    }

    /** The form carries the id of another user's session. */
    @Test
    void userCannotEndAnotherUsersSession() {
        signIn(phone, two, "ada");
        phone.open(at(two, "/devices"));
        Object id = Objects.requireNonNull(phone.evaluate("document.querySelector('#devices tr').id.substring(7)"));
        signIn(laptop, one, "bob");
        laptop.open(at(one, "/devices"));
        laptop.evaluate("document.getElementById('end-others').action = '/devices/" + id + "/end'; window.left = true");
        submit(laptop, "#end-others", "!window.left");
        assertThat(isSignedIn(phone, one)).isTrue();
    }

    @Test
    void onlyOperatorsSeeTheEndpointsOfActuator() {
        laptop.open(at(one, "/actuator/health"));
        assertThat(laptop.text("body")).contains("\"status\":\"UP\"");
        signIn(phone, one, "olga");
        phone.open(at(two, "/actuator/sojourn"));
        assertThat(phone.text("body")).contains("io.sojourn.example.springboot");
        phone.open(at(two, "/actuator/sessions?username=olga"));
        assertThat(phone.text("body")).contains("\"principal\":\"olga\"");
        phone.open(at(two, "/actuator/metrics"));
        assertThat(phone.text("body")).contains("sojourn.signins");
        signIn(laptop, one, "bob");
        laptop.open(at(two, "/devices"));
        assertThat(laptop.evaluate("fetch('/actuator/sojourn', {method: 'HEAD'}).then(reply => reply.status)"))
                .isEqualTo(403);
    }
}
