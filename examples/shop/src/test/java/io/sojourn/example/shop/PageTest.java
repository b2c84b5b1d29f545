package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.example.shop.DemoProcess.Running;
import io.sojourn.testkit.RedisServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in a real browser. */
@SuppressWarnings("NullAway.Init") // What is set before all tests, no test finds unset.
class PageTest {

    private static Browser browser;
    private static Stage stage;

    @BeforeAll
    static void open() throws IOException {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "no Chromium on the PATH, so the page is not tried in a browser");
        browser = Browser.start(program.get());
        stage = Stage.open(RedisServers.preferred());
    }

    @AfterAll
    static void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (stage != null) {
            stage.close();
        }
    }

    @BeforeEach
    void beStranger() {
        browser.forgetCookies();
        stage.probe().call("FLUSHALL");
        browser.open(stage.node(1) + "/");
        awaitVisit("node 1", 1);
    }

    @AfterEach
    void hasNotComplained() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static void awaitVisit(String node, int visit) {
        browser.awaitTrue("document.getElementById('node').innerText === '" + node + "' && "
                + "document.getElementById('visits-text').innerText.includes('visit " + visit + " ')");
    }

    @Test
    void linkContinuesOnTheOtherNode() {
        click("#others a");
        awaitVisit("node 2", 2);
        click("#others a");
        awaitVisit("node 1", 3);
    }

    @Test
    void cartIsTheSameOnEveryNode() {
        click(".good[data-good=lantern] button");
        click(".good[data-good=lantern] button");
        click(".good[data-good=mug] button");
        assertThat(browser.text("#cart-total")).contains("€80.00");
        click("#others a");
        awaitVisit("node 2", 2);
        browser.awaitTrue("document.querySelectorAll('#cart li').length === 2");
        assertThat(browser.text("#cart-total")).contains("€80.00");
        click("#cart li[data-good=mug] button");
        browser.awaitTrue("document.querySelectorAll('#cart li').length === 1");
        browser.open(stage.node(1) + "/");
        awaitVisit("node 1", 3);
        assertThat(browser.text("#cart-total")).contains("€68.00");
    }

    @Test
    void nameIsShownAsItWasTypedAndForgottenAtTheEnd() {
        String name = "<img src=x onerror=\"document.title='taken'\">";
        browser.type("#user", name);
        click("#sign-in button");
        browser.awaitTrue("!document.getElementById('signed-in').hidden");
        assertThat(browser.text("#principal")).isEqualTo(name);
        click("#others a");
        awaitVisit("node 2", 2);
        assertThat(browser.text("#principal")).isEqualTo(name);
        assertThat(browser.evaluate("document.title")).isEqualTo("Sojourn Outfitters · node 2");
        click("#sign-out");
        browser.awaitTrue("!document.getElementById('sign-in').hidden");
        assertThat(stage.sessions()).isEmpty();
    }

    @Test
    void deviceThatIsSignedOutOnThePageIsRefusedAndItsPageSaysSo() {
        signInAs("ada");
        Visitor phone = new Visitor().with("User-Agent", "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Firefox/145.0");
        phone.post(stage.node(2) + "/api/login", "{\"user\":\"ada\"}");
        click("#devices summary");
        awaitDevices(2);
        assertThat(browser.text("#devices-list li:first-child")).contains("Chrome on Linux", "this one");
        assertThat(browser.text("#devices-list li:last-child")).contains("Firefox on Android");
        click("#devices-list li:last-child button");
        awaitDevices(1);
        assertThat(phone.get(stage.node(2) + "/api/session").status()).isEqualTo(204);
        assertThat(browser.text("#principal")).isEqualTo("ada");
        assertThat(browser.evaluate("document.getElementById('end-others').hidden"))
                .isEqualTo(true);
    }

    @Test
    void signingOutTheOthersLeavesThisOneAndEverywhereNone() {
        signInAs("ada");
        Visitor phone = new Visitor();
        phone.post(stage.node(2) + "/api/login", "{\"user\":\"ada\"}");
        click("#devices summary");
        awaitDevices(2);
        click("#end-others");
        awaitDevices(1);
        assertThat(phone.get(stage.node(2) + "/api/session").status()).isEqualTo(204);
        click("#end-all");
        browser.awaitTrue("!document.getElementById('sign-in').hidden");
        assertThat(browser.evaluate("document.getElementById('devices').hidden"))
                .isEqualTo(true);
        assertThat(stage.sessions()).isEmpty();
    }

    @Test
    void administratorSignsSomebodyOutWhosePageThenSaysSo() {
        signInAs("ada");
        new Visitor().post(stage.node(2) + "/api/admin/revoke", "{\"user\":\"ada\"}");
        click(".good[data-good=mug] button");
        browser.awaitTrue("document.getElementById('visits-text').innerText.includes('signed out elsewhere')");
        assertThat(browser.text("#cart")).contains("Enamel mug");
        new Visitor().post(stage.node(1) + "/api/login", "{\"user\":\"<b>bob\"}");
        click("#admin summary");
        browser.type("#revoke-user", "<b>bob");
        click("#revoke button");
        browser.awaitTrue("!document.getElementById('revoked').hidden");
        assertThat(browser.text("#revoked")).isEqualTo("1 session of <b>bob has ended.");
        assertThat(stage.sessions()).hasSize(1);
    }

    @Test
    void visitorWhoWasSignedOutFromAnotherDeviceIsToldSoAndWhen() {
        Map<String, String> environment = Map.of("SOJOURN_END_EVENTS", "true");
        try (Running shop =
                DemoProcess.open(2, environment, "--redis", stage.redis().uri())) {
            browser.forgetCookies();
            browser.open(shop.node(1) + "/");
            awaitVisit("node 1", 1);
            signInAs("ada");
            Visitor phone = new Visitor();
            phone.post(shop.node(2) + "/api/login", "{\"user\":\"ada\"}");
            assertThat(phone.post(shop.node(2) + "/api/logout-others").json()).isEqualTo(Map.of("revoked", 1));
            await().until(() -> stage.sessions().stream()
                    .anyMatch(key -> stage.probe().hash(key).containsKey("ended")));
            click(".good[data-good=mug] button");
            browser.awaitTrue("/^You were signed out from another device at [0-2][0-9]:[0-5][0-9]\\.$/.test("
                    + "document.getElementById('visits-text').innerText)");
            assertThat(browser.text("#cart")).contains("Enamel mug");
            signInAs("bob");
            browser.awaitTrue("document.getElementById('visits-text').innerText.startsWith('Your session is new')");
        }
    }

    private static void signInAs(String user) {
        browser.type("#user", user);
        click("#sign-in button");
        browser.awaitTrue("document.getElementById('principal').innerText === '" + user + "'");
    }

    private static void awaitDevices(int count) {
        browser.awaitTrue("document.querySelectorAll('#devices-list li').length === " + count);
    }

    @Test
    void panelShowsTheKey() {
        click("#panel summary");
        browser.awaitTrue("document.querySelectorAll('#panel-fields li').length === 3");
        assertThat(browser.text("#panel-key")).isEqualTo(stage.onlyKey());
        assertThat(browser.text("#panel-ttl")).matches("3[01] min \\d\\d s"); // and what pads it;
    }

    @Test
    void outageIsToldAndWhatWasDoneIsDoneAfterIt() {
        stage.redis().pause();
        try {
            click(".good[data-good=tent] button");
            browser.awaitTrue("!document.getElementById('notice').hidden");
            assertThat(browser.text("#notice-text")).contains("Redis does not answer");
        } finally {
            stage.redis().resume();
        }
        browser.awaitTrue("document.getElementById('notice').hidden");
        browser.open(stage.node(2) + "/");
        awaitVisit("node 2", 2);
        assertThat(browser.text("#cart")).contains("Two-night tent");
    }

    @Test
    void nodeThatIsGoneLeadsToTheNext() {
        try (Running shop = DemoProcess.open(2, "--redis", stage.redis().uri())) {
            browser.open(shop.node(1) + "/");
            awaitVisit("node 1", 2);
            browser.awaitTrue("document.querySelector('#others a') !== null");
            shop.demo().nodes().get(0).destroyForcibly();
            shop.demo().awaitLine("node 1 was ended");
            click(".good[data-good=tent] button");
            browser.awaitTrue("document.querySelector('#notice-links a') !== null");
            click("#notice-links a");
            awaitVisit("node 2", 3);
        }
    }

    private static void click(String selector) {
        browser.awaitTrue("document.querySelector('" + selector + "') !== null");
        browser.click(selector);
    }
}
