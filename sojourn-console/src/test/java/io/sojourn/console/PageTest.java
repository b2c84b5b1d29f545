package io.sojourn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sojourn.Session;
import io.sojourn.admin.SessionAdmin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser. With {@code -Dconsole.pictures=FOLDER} it stores what the views look like. */
@SuppressWarnings("NullAway.Init") // What is set before all tests, no test finds unset.
class PageTest {

    private static final List<String> VIEWS = List.of("overview", "sessions", "people", "events", "doctor");

    private static Chromium browser;
    private Stage stage;
    private String root;

    @BeforeAll
    static void open() throws IOException {
        Optional<Path> program = Chromium.program();
        assumeTrue(program.isPresent(), "no Chromium on the PATH, so the page is not tried in a browser");
        browser = Chromium.start(program.get());
    }

    @AfterAll
    static void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void begin() {
        browser.requests().clear();
        browser.look(1280, 800, false);
        stage = new Stage();
        root = serve(true);
    }

    private String serve(boolean allowEnding) {
        Client client = stage.client(
                "tomcat",
                SessionAdmin.builder(stage.store).showValues(true).build(),
                request -> "Ada Operator",
                console -> console.allowEnding(allowEnding).showValues(true));
        return "http://localhost:" + client.port() + Client.ROOT + "/";
    }

    @AfterEach
    void end() {
        browser.leave(); // A request that is under way must not meet a server that ends.
        try {
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests())
                    .isNotEmpty()
                    .allMatch(url -> url.startsWith("http://localhost:") || url.startsWith("about:"));
        } finally {
            browser.complaints().clear();
            stage.close();
        }
    }

    private void awaitEnd(Session session) {
        await().until(() -> !stage.isStored(session));
    }

    private static void awaitText(String selector, String text) {
        browser.awaitTrue("[...document.querySelectorAll('" + selector
                + "')].some(one => one.checkVisibility() && one.textContent.includes(" + "`" + text + "`))");
    }

    @Test
    void everyActionByMouse() {
        Session one = stage.signedIn("ada");
        Session two = stage.signedIn("ada");
        Session other = stage.signedIn("bob");
        browser.open(root);
        awaitText(".tile", "Sessions3");
        awaitText("#actor", "Ada Operator");

        browser.click("nav a", "Sessions");
        browser.click(".rows a", stage.id(one));
        awaitText("h1", stage.id(one));
        awaitText("th", "cart");
        browser.click("button", "Show values");
        awaitText("pre", "green tea");
        browser.click("button", "End session");
        browser.click("dialog button", "Cancel");
        browser.awaitTrue("!document.querySelector('dialog').open");
        assertThat(stage.isStored(one)).isTrue();
        browser.click("button", "End session");
        browser.click("dialog button", "End session");
        awaitText("#notice", stage.id(one) + " ended");
        assertThat(stage.isStored(one)).isFalse();
        awaitText("main", "There is no session " + stage.id(one));

        browser.click("nav a", "Signed in");
        browser.click(".rows a", "ada");
        awaitText("h1", "Sessions of ada");
        awaitText(".rows", stage.id(two));
        browser.click("button", "End all of these");
        awaitText("#confirm-title", "End 1 session?");
        browser.click("dialog button", "End 1 session");
        awaitText("#notice", "1 session of ada ended");
        assertThat(stage.isStored(two)).isFalse();
        assertThat(stage.isStored(other)).isTrue();

        browser.click("button", "Show all sessions");
        awaitText(".rows", stage.id(other));
        browser.click("#search", "");
        browser.write("bob");
        browser.click("button", "Search");
        awaitText("h1", "Sessions of bob");
        browser.click("nav a", "Doctor");
        browser.click("button", "Examine");
        awaitText("main", "keys were looked at");
        assertThat(stage.heard)
                .extracting(ConsoleAction::actor, ConsoleAction::kind)
                .allMatch(heard -> heard.toList().get(0).equals("Ada Operator"))
                .hasSize(4);
    }

    @Test
    void everyActionByKeyboard() {
        Session one = stage.signedIn("ada");
        Session two = stage.signedIn("ada");
        browser.open(root);
        browser.tabTo("Skip");
        browser.press("Enter");
        browser.awaitTrue("document.activeElement.id === 'main'");
        browser.open(root);
        browser.tabTo("Sessions");
        browser.press("Enter");
        awaitText(".rows", stage.id(two));
        awaitText("h1", "Sessions");
        browser.awaitTrue("document.activeElement.id === 'main'");

        // Into the table, and up and down in it.
        browser.tabTo("Session"); // The part that scrolls.
        browser.press("ArrowDown");
        String first = browser.focused();
        browser.press("ArrowDown");
        String second = browser.focused();
        assertThat(List.of(first, second)).containsExactlyInAnyOrder(stage.id(one), stage.id(two));
        browser.press("Home");
        assertThat(browser.focused()).isEqualTo(first);
        browser.press("End");
        assertThat(browser.focused()).isEqualTo(second);
        browser.press("Enter");
        awaitText("h1", second);
        awaitText("button", "End session");

        browser.tabTo("End session");
        browser.press("Enter");
        browser.awaitTrue("document.querySelector('dialog').open");
        assertThat(browser.focused()).isEqualTo("Cancel");
        browser.press("Escape");
        browser.awaitTrue("!document.querySelector('dialog').open");
        assertThat(browser.focused()).startsWith("End session");
        assertThat(stage.isStored(one) && stage.isStored(two)).isTrue();

        browser.press("Enter");
        browser.awaitTrue("document.querySelector('dialog').open");
        browser.tabTo("End session");
        browser.press("Enter");
        Session ended = second.equals(stage.id(one)) ? one : two;
        Session left = ended == one ? two : one;
        awaitEnd(ended);
        awaitText("main", "There is no session " + second);
        browser.awaitTrue("document.activeElement.id === 'main'");

        browser.open(root + "#/session/" + left.id());
        browser.tabTo("Show values");
        browser.press("Enter");
        awaitText("pre", "green tea");
        browser.open(root + "#/session/" + left.id());
        browser.tabTo("End all");
        browser.press("Enter");
        browser.awaitTrue("document.querySelector('dialog').open");
        browser.tabTo("End 1 session");
        browser.press("Enter");
        awaitEnd(left);
        browser.open(root + "#/doctor");
        browser.tabTo("Examine");
        browser.press("Enter");
        awaitText("main", "keys were looked at");
        assertThat(browser.focused()).isEqualTo("Examine now");
    }

    @Test
    void hostileNamesAreText() {
        String evil = "<img src=x onerror=\"document.title='taken'\">\u202egnp\u001b[31m";
        Session session = stage.sessions.create();
        session.signIn(evil);
        session.label("device", evil);
        session.index("tenant", evil);
        session.set(evil, evil);
        session.set("x".repeat(1 << 20), 1);
        stage.sessions.save(session);
        stage.signedIn("p".repeat(1_024));
        for (String view : List.of("overview", "sessions", "people", "events", "session/" + session.id())) {
            browser.open(root + "#/" + view);
            browser.awaitTrue("document.querySelector('main').innerText.includes('<img src=x onerror=')");
            assertThat(browser.evaluate("document.querySelectorAll('main img').length"))
                    .isEqualTo(0);
            assertThat(browser.evaluate("document.body.innerText.includes('\\u202e')"))
                    .isEqualTo(false);
            assertThat(browser.evaluate("document.body.innerText.length < 50000"))
                    .isEqualTo(true);
            assertThat((String) browser.evaluate("document.title")).endsWith("Sojourn console");
            browser.look(375, 700, false);
            assertNotWide(view);
            browser.look(1280, 800, false);
        }
        browser.click("button", "Show values");
        awaitText("pre", "<img");
        browser.click("button", "End all of this");
        browser.click("dialog button", "End 1");
        awaitEnd(session);
    }

    private static void assertNotWide(String view) {
        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as(view)
                .isEqualTo(0);
    }

    @Test
    void eventsOfTheNodesComeWhileThePageIsOpen() {
        browser.open(root + "#/events");
        awaitText("main", "No node has published an event");
        Session session = stage.signedIn("ada");
        awaitText(".events td", "signed-in");
        awaitText(".events td", "node-1");
        awaitText(".events td", "ada");
        browser.click("button", "Pause");
        awaitText("button", "Go on");
        browser.click(".events a", stage.id(session));
        awaitText("h1", stage.id(session));
        awaitText("caption", "Events of this session");
        stage.sessions.revoke(session.id());
        browser.open(root + "#/events");
        awaitText(".events td", "revoked");
        browser.click(".events a", stage.id(session));
        awaitText("main", "There is no session " + stage.id(session));
        awaitText("td", "revoked");
    }

    @Test
    void theOverviewHasLinesThatGoOn() {
        browser.open(root);
        awaitText("#chart-sessions strong", "0");
        awaitText("section", "No node publishes events");
        stage.signedIn("ada");
        stage.sessions.revoke(stage.signedIn("bob").id());
        awaitText("#chart-sign-ins strong", "2");
        awaitText("#chart-ends", "by id 1");
        awaitText("#chart-sessions strong", "1");
        awaitText("#chart-latency strong", "ms");
        browser.awaitTrue("document.querySelector('#chart-sign-ins .line').getBBox().height > 10");
    }

    @Test
    void readOnlyConsoleOffersNoEnding() {
        Session session = stage.signedIn("ada");
        String readOnly = serve(false);
        browser.open(readOnly + "#/session/" + session.id());
        awaitText("#rights", "read-only");
        awaitText("a", "All sessions of");
        assertThat(browser.evaluate("document.querySelectorAll('.danger:not(dialog *)').length"))
                .isEqualTo(0);
    }

    private static void hideTheServer() {
        browser.evaluate(
                "window.fetched = window.fetch; window.fetch = () => Promise.reject(new TypeError('away')); 0");
    }

    @Test
    void aTableGoesOnAfterAPageThatFailed() {
        populate(1_000); // A page has at least 200 of them, and by chance more: so many that it never has all.
        browser.open(root + "#/sessions");
        awaitText(".long > p", "more follow");
        hideTheServer();
        browser.evaluate("document.querySelector('.scroller').scrollTop = 1e9");
        awaitText(".long > p", "does not answer");
        browser.evaluate(
                "window.before = document.querySelector('.rows').clientHeight; window.fetch = window.fetched; 0");
        browser.click("button", "Try again");
        browser.awaitTrue("document.activeElement.className === 'scroller'");
        browser.awaitTrue("document.querySelector('.rows').clientHeight > window.before");
        browser.awaitTrue("!document.querySelector('.long > p').className.includes('trouble')");
    }

    @Test
    void aTableThatWasLeftAsksNoMore() {
        Session session = stage.signedIn("ada");
        browser.open(root + "#/doctor");
        String answer = "JSON.stringify({sessions: [{id: '" + session.id()
                + "', createdAt: '2026-01-01T00:00:00Z', lastAccessedAt: '2026-01-01T00:00:00Z', labels: []}], next: 'more'})";
        browser.evaluate("window.calls = 0; window.fetch = () => { window.calls++;"
                + " return new Promise(done => { window.release = () => done(new Response(" + answer + ")); }); }; 0");
        browser.evaluate("location.hash = '#/sessions'; 0");
        browser.awaitTrue("window.calls === 1");
        browser.evaluate("location.hash = '#/doctor'; 0");
        awaitText("button", "Examine");
        browser.evaluate("window.release(); new Promise(done => { let turns = 0;"
                + " const turn = () => ++turns === 50 ? done() : setTimeout(turn); turn(); })");
        assertThat(browser.evaluate("window.calls")).isEqualTo(1);
    }

    @Test
    void keysScrollOnlyAsFarAsTheyMust() {
        populate(100);
        browser.open(root + "#/sessions");
        browser.evaluate("document.querySelector('.scroller').focus(); 0");
        for (int i = 0; i < 9; i++) {
            browser.press("ArrowDown");
        }
        browser.awaitTrue("document.activeElement.closest('.row').ariaRowIndex === '10'");
        assertThat(browser.evaluate("document.querySelector('.scroller').scrollTop"))
                .isEqualTo(0);
        browser.press("End");
        String inside = """
                (() => {
                  const row = document.activeElement.closest('.row').getBoundingClientRect();
                  const heads = document.querySelector('.heads').getBoundingClientRect();
                  const scroller = document.querySelector('.scroller').getBoundingClientRect();
                  return row.top >= heads.bottom - 1 && row.bottom <= scroller.bottom + 1;
                })()""";
        browser.awaitTrue(inside);
        browser.press("Home");
        browser.awaitTrue(inside);
    }

    @Test
    void aSecondQuestionDoesNotReplaceTheOneThatIsRead() {
        Session session = stage.signedIn("ada");
        browser.open(root + "#/session/" + session.id());
        browser.click("button", "End session");
        awaitText("#confirm-title", "End this session?");
        // Its count comes while the question is open.
        browser.evaluate("document.querySelector('#end-all').click()");
        browser.awaitTrue("!document.querySelector('#end-all').disabled");
        awaitText("#confirm-title", "End this session?");
        browser.click("dialog button", "End session");
        awaitText("#notice", session.id() + " ended");
        assertThat(stage.heard).extracting(ConsoleAction::kind).containsExactly(ConsoleAction.Kind.END);
    }

    @Test
    void findsASessionByWhatTheApplicationLogs() {
        Session session = stage.signedIn("ada");
        browser.open(root + "#/sessions");
        browser.evaluate("document.querySelector('#search-kind').value = 'id'; 0");
        browser.click("#search", "");
        browser.write(session.id() + "~3");
        browser.click("button", "Search");
        awaitText("h1", stage.id(session));
        awaitText("th", "cart");
    }

    @Test
    void saysThatTheSignInHasEnded() {
        browser.open(root);
        browser.evaluate(
                "window.fetched = window.fetch;"
                        + " window.fetch = (url, options) => window.fetched('../console', {...options, method: 'GET', body: undefined}); 0");
        browser.evaluate("location.hash = '#/sessions'; 0");
        awaitText(".long > p", "You are not signed in any more. Load the page again.");
    }

    /** Only the rows that can be seen are in the document, however many there are. */
    @Test
    @Tag("full")
    void tenThousandRowsScroll() {
        Set<String> made = populate(10_000);
        browser.open(root + "#/sessions");
        Set<String> seen = new HashSet<>();
        for (int i = 0;
                i < 12_000
                        && !Boolean.TRUE.equals(
                                browser.evaluate("document.querySelector('.long > p').textContent.startsWith('All ')"));
                i++) {
            browser.evaluate("document.querySelector('.scroller').scrollTop = 1e9");
            assertThat((Integer) browser.evaluate("document.querySelectorAll('.rows .row').length"))
                    .isLessThan(60);
        }
        awaitText(".long > p", "All 10,");
        browser.evaluate("document.querySelector('.scroller').scrollTop = 0");
        for (boolean more = true; more; ) {
            // As fast as the page draws.
            more = Boolean.TRUE.equals(
                    browser.evaluate(
                            "new Promise(done => { const s = document.querySelector('.scroller'); const before = s.scrollTop;"
                                    + " s.scrollTop += s.clientHeight / 2; requestAnimationFrame(() => requestAnimationFrame(() => done(s.scrollTop > before))) })"));
            seen.addAll(ids());
        }
        assertThat(seen).isEqualTo(made);
    }

    @SuppressWarnings("unchecked")
    private static List<String> ids() {
        return (List<String>) Objects.requireNonNull(
                browser.evaluate("[...document.querySelectorAll('.rows a')].map(one => one.textContent)"));
    }

    private Set<String> populate(int count) {
        Set<String> made = new HashSet<>();
        List<CompletableFuture<?>> saves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Session session = stage.sessions.create();
            session.signIn("user-" + i);
            session.set("visits", i);
            made.add(stage.id(session));
            saves.add(stage.sessions.async().save(session).toCompletableFuture());
            if (saves.size() == 100) {
                saves.forEach(CompletableFuture::join);
                saves.clear();
            }
        }
        saves.forEach(CompletableFuture::join);
        return made;
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "375, true"})
    void everyViewIsAccessibleAndFitsTheWindow(int width, boolean dark) throws IOException {
        lookAtEveryView(width, dark);
    }

    @ParameterizedTest
    @CsvSource({"1280, true", "375, false"})
    @Tag("full")
    void everyViewIsAccessibleAndFitsTheWindowInOtherColours(int width, boolean dark) throws IOException {
        lookAtEveryView(width, dark);
    }

    private void lookAtEveryView(int width, boolean dark) throws IOException {
        Session session = stage.signedIn("ada");
        session.set("language", "en");
        session.index("tenant", "acme");
        stage.sessions.save(session);
        for (String user : List.of("grace", "linus", "margaret", "edsger", "barbara", "alan", "katherine", "donald")) {
            stage.signedIn(user);
        }
        String look = "-" + width + (dark ? "-dark" : "-light");
        String axe = axe();
        browser.look(width, 800, dark);
        List<String> views = new ArrayList<>(VIEWS);
        views.add("session/" + session.id());
        for (String view : views) {
            browser.open(root + "#/" + view);
            if (view.equals("doctor")) {
                browser.click("button", "Examine");
                awaitText("main", "keys were looked at");
            }
            assertNotWide(view);
            assertAccessible(view, axe);
            picture(view.replaceAll("/.*", "") + look);
        }
        browser.click("button", "End session");
        browser.awaitTrue("document.querySelector('dialog').open");
        assertAccessible("dialog", axe);
        picture("dialog" + look);
        browser.press("Escape");
    }

    private static void assertAccessible(String view, String axe) {
        browser.awaitTrue("document.getAnimations().length === 0"); // A colour that fades in has less contrast.
        browser.evaluate(axe + "; 0");
        assertThat(browser.evaluate("axe.run().then(found => found.violations.map(one => one.id + ': '"
                        + " + one.nodes.map(node => node.html).join(' | ')).join('\\n'))"))
                .as(view)
                .isEqualTo("");
    }

    private static String axe() throws IOException {
        try (InputStream in =
                PageTest.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            return new String(
                    Objects.requireNonNull(in, "axe-core is not on the class path")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        }
    }

    private static void picture(String name) throws IOException {
        String folder = System.getProperty("console.pictures", "");
        if (!folder.isEmpty()) {
            Files.write(Path.of(folder, name + ".png"), browser.screenshot());
        }
    }
}
