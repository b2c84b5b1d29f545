package io.sojourn.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.example.shop.DemoProcess.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the demonstration shows, as a visitor sees it at its one address: nodes and Redis fail, and what was done is there. */
@SuppressWarnings("NullAway.Init") // What is set before all tests, no test finds unset.
class StoryTest {

    private static final int CLICKS = 50;
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final String NOTICES = "window.notices = 0; new MutationObserver(() => {"
            + " if (!document.getElementById('notice').hidden) window.notices += 1; })"
            + ".observe(document.getElementById('notice'), {attributes: true})";
    private static final String SENT =
            "performance.getEntriesByType('resource').filter(each => each.name.endsWith('/attributes/cart')).length";

    private static Browser browser;
    private static Running shop;

    @BeforeAll
    static void open() throws IOException {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "no Chromium on the PATH, so the page is not tried in a browser");
        browser = Browser.start(program.get());
        shop = DemoProcess.open(2); // with a Redis of its own
    }

    @AfterAll
    static void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (shop != null) {
            shop.close();
        }
    }

    @BeforeEach
    void beStranger() {
        browser.forgetCookies();
        openShop();
        assertThat(browser.text("#visits-text")).contains("visit 1 ");
    }

    private static void openShop() {
        browser.open(shop.address() + "/");
        awaitState("redis", "up");
        browser.awaitTrue("document.getElementById('visits-text').innerText.includes('visit ')");
    }

    @AfterEach
    void hasNotComplained() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void nodeIsKilledUnderFiftyClicksAndNothingIsLost() {
        browser.evaluate(NOTICES);
        for (int click = 1; click <= CLICKS; click++) {
            browser.click(".good[data-good=lantern] button");
            if (click == CLICKS / 2) {
                browser.awaitTrue(SENT + " >= 1");
                press("node-1", "kill");
            }
        }
        awaitState("node-1", "down");
        browser.awaitTrue(SENT + " === " + CLICKS);
        assertThat(browser.evaluate("window.notices")).isEqualTo(0);
        openShop();
        browser.awaitTrue("document.getElementById('cart-count').innerText === '" + CLICKS + "'");
        assertThat(browser.text("#visits-text")).contains("visit 2 ");

        press("node-1", "start");
        awaitState("node-1", "up");
        awaitAnswerOf("node-1");
    }

    @Test
    void nodeThatIsFrozenIsPassedOver() {
        browser.evaluate(NOTICES);
        press("node-2", "freeze");
        awaitState("node-2", "frozen");
        for (int click = 1; click <= 4; click++) {
            browser.click(".good[data-good=map] button");
        }
        browser.awaitTrue(SENT + " === 4");
        assertThat(browser.evaluate("window.notices")).isEqualTo(0);
        press("node-2", "start");
        awaitState("node-2", "up");
        awaitAnswerOf("node-2");
    }

    @Test
    void pageTellsTheTruthWhileRedisIsFrozenAndDead() {
        press("redis", "freeze");
        awaitState("redis", "frozen");
        browser.click(".good[data-good=tent] button");
        browser.awaitTrue("document.getElementById('notice-text').innerText.includes('Redis is frozen')");
        assertThat(browser.text("#notice-text")).contains("in its memory, unharmed");
        press("redis", "start");
        browser.awaitTrue("document.getElementById('notice').hidden");

        press("redis", "kill");
        awaitState("redis", "down");
        browser.click(".good[data-good=mug] button");
        browser.awaitTrue("document.getElementById('notice-text').innerText.includes('Redis does not run')");
        assertThat(browser.text("#notice-text")).contains("in its append-only file");
        press("redis", "start");
        browser.awaitTrue("document.getElementById('notice').hidden");

        openShop();
        browser.awaitTrue("document.getElementById('cart-count').innerText === '2'");
        assertThat(browser.text("#cart")).contains("Two-night tent", "Enamel mug");
        assertThat(browser.text("#visits-text")).contains("visit 2 ");
    }

    @Test
    void windowThatWasSignedOutElsewhereGreysOutAtOnceAndSaysWhy() {
        boolean atOnce = false;
        for (int round = 1; round <= 3 && !atOnce; round++) { // A machine may stand still once, not three times.
            browser.type("#user", "ada");
            browser.click("#sign-in button");
            browser.awaitTrue("document.getElementById('principal').innerText === 'ada'");
            Visitor phone = new Visitor();
            phone.post(shop.address() + "/api/login", "{\"user\":\"ada\"}");
            long before = System.nanoTime();
            assertThat(phone.post(shop.address() + "/api/logout-others").status())
                    .isEqualTo(200);
            browser.awaitTrue(
                    "document.body.classList.contains('over')"
                            + " && document.getElementById('ended-text').innerText.startsWith('You were signed out from another')");
            atOnce = System.nanoTime() - before < AT_ONCE.toNanos();
            assertThat(browser.text("#ended-text"))
                    .matches("You were signed out from another device at [0-2][0-9]:[0-5][0-9]\\.");
            browser.click("#ended-go-on");
            browser.awaitTrue(
                    "!document.body.classList.contains('over')" + " && !document.getElementById('sign-in').hidden");
        }
        assertThat(atOnce).as("within " + AT_ONCE).isTrue();
    }

    @Test
    void focusStaysAtTheButtonOfTheCartThatWasPressed() {
        browser.click(".good[data-good=map] button");
        browser.click(".good[data-good=mug] button");
        String more = "document.querySelector('#cart li[data-good=map] button:last-child')";
        browser.evaluate(more + ".focus(); " + more + ".click()");
        assertThat(focused()).isEqualTo("One more: Folding map");
        browser.awaitTrue(SENT + " === 3");
        assertThat(focused()).isEqualTo("One more: Folding map");
        browser.evaluate(
                "document.querySelector('#cart li[data-good=mug] button').focus(); document.activeElement.click()");
        assertThat(focused()).isEqualTo("One less: Folding map"); // in place of the line that is gone
        browser.evaluate("document.activeElement.click()");
        assertThat(focused()).isEqualTo("One less: Folding map");
        assertThat(browser.text("#cart")).contains("€9.00");
        browser.evaluate("document.activeElement.click()");
        assertThat(browser.evaluate("document.activeElement.id")).isEqualTo("cart-title");
    }

    private static String focused() {
        return String.valueOf(browser.evaluate("document.activeElement.getAttribute('aria-label')"));
    }

    @Test
    void consoleShowsTheSessionsOfTheShop() {
        assertThat(browser.evaluate("document.getElementById('console').href")).isEqualTo(shop.address() + "/console/");
        assertThat(shop.demo().output()).anyMatch(line -> line.endsWith(shop.address() + "/console/"));
        browser.open(shop.address() + "/console/#/sessions");
        browser.awaitTrue("document.querySelectorAll('[role=row], tbody tr').length > 1");
    }

    @Test
    void cardShowsTheCommandsOfAClickBesideThoseOfSpringSession() {
        browser.click("#costs summary");
        awaitText("#costs-what", "Click something"); // Spring Session has started.
        browser.click(".good[data-good=boots] button");
        browser.awaitTrue("document.querySelectorAll('#costs-list code').length === 2");
        assertThat(browser.text("#costs-list")).containsSubsequence("HGETALL", "EVALSHA", "ms");
        assertThat(browser.text("#costs-what")).startsWith("PUT /api/attributes/cart took ");
        awaitText("#costs-spring-lists", "RedisIndexedSessionRepository: ");
        assertThat(browser.text("#costs-sojourn")).matches("Sojourn: 2 commands, [0-9.]+ ms");
        assertThat(browser.text("#costs-spring-lists"))
                .containsSubsequence(
                        "RedisSessionRepository: 4 commands, ",
                        "HGETALL",
                        "HMSET",
                        "RedisIndexedSessionRepository: ", // 7 commands, or 8 if a minute has passed
                        "HGETALL",
                        "HMSET",
                        "SADD");
        assertThat(browser.text("#costs-spring")).contains("Spring Session 4.");

        browser.type("#user", "ada");
        browser.click("#sign-in button");
        awaitText("#costs-what", "POST /api/login took ");
        new Visitor().post(shop.address() + "/api/login", "{\"user\":\"ada\"}");
        browser.click("#end-others");
        awaitText("#costs-what", "POST /api/logout-others took ");
        awaitText("#costs-spring-lists", "RedisSessionRepository: cannot do this");
        assertThat(browser.text("#costs-spring-lists")).contains("SMEMBERS");
    }

    private static void awaitText(String selector, String text) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> browser.text(selector).contains(text));
    }

    @Test
    void visitorsAreServedAndLeaveNoSession() {
        browser.click("#visitors-go");
        browser.awaitTrue("/^\\d+ answers in this second/.test(document.getElementById('visitors-text').innerText)");
        browser.awaitTrue("document.querySelector('#visitors-line polyline') !== null");
        browser.awaitTrue("Number(document.getElementById('sessions-count').innerText.replace(',', '')) > 20");
        assertThat(new Visitor().post(shop.address() + "/demo/visitors").status())
                .isEqualTo(409);
        assertThat(browser.text("#sessions-list")).contains("Somebody who is not signed in");
        new Visitor().send("DELETE", shop.address() + "/demo/visitors", "");
        browser.awaitTrue(
                "/^[0-9,]+ answers in \\d+ s, \\d+ errors/.test(document.getElementById('visitors-text').innerText)");
    }

    private static void press(String machine, String action) {
        String button = "#machine-" + machine + " [data-action=" + action + "]";
        browser.awaitTrue("document.querySelector('" + button + "')?.ariaDisabled === 'false'");
        browser.click(button);
    }

    private static void awaitState(String machine, String state) {
        browser.awaitTrue("document.getElementById('machine-" + machine + "')?.dataset.state === '" + state + "'");
    }

    /** Asks until that node is the one that answers. */
    private static void awaitAnswerOf(String node) {
        Visitor visitor = new Visitor();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> visitor.post(shop.address() + "/api/visits").body().contains("\"node\":\"" + node + "\""));
    }
}
