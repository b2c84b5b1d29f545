package io.sojourn.servlet.attack;

import io.sojourn.Session;
import io.sojourn.SessionSettings;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import io.sojourn.servlet.web.Wire;
import io.sojourn.spi.SessionStore;
import io.sojourn.testkit.RedisMonitor;
import io.sojourn.testkit.RedisProbe;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A site that is worth an attack, and the Redis in which its sessions are. Its pages:
 *
 * <ul>
 *   <li>{@code /who} says who is signed in, and {@value #NOBODY} if there is no session;
 *   <li>{@code /in?user=…} signs in;
 *   <li>{@code /out} signs out;
 *   <li>{@code /note} writes into the session, and makes one if there is none.
 * </ul>
 */
final class Bank implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    static final String NOBODY = "nobody";

    private final RedisServer redis = RedisServers.start();
    private final RedisProbe probe = redis.probe();
    private final Site site;

    Bank() {
        this(store -> store);
    }

    /** With a layer over the store in Redis. */
    Bank(UnaryOperator<SessionStore> layer) {
        site = new Site(layer.apply(Site.patientStore(redis.uri())));
    }

    Bank settings(Consumer<SessionSettings.Builder> change) {
        Site unused = site.settings(change);
        return this;
    }

    Site site() {
        return site;
    }

    RedisProbe probe() {
        return probe;
    }

    /** One more node with the same sessions. */
    Site otherNode() {
        return new Site(Site.patientStore(redis.uri()));
    }

    RedisMonitor monitor() {
        return probe.monitor();
    }

    /** The commands that named anything but a session or an index of sessions, the probe's own ones included. */
    static List<String> strangeKeys(RedisMonitor monitor) {
        return monitor.lines().stream()
                .filter(line -> !line.contains(" lua] \"TIME\""))
                .filter(line ->
                        !line.matches(".*\\] \"\\w+\"( \"[0-9a-f]{40}\" \"1\")? \"sojourn:(@principal:)?[\\w-]+\".*"))
                .toList();
    }

    /** For what has nothing to do with the container: once is enough, in the newest Tomcat. */
    static boolean isInTomcat() {
        return System.getProperty("sojourn.container", "tomcat").equals("tomcat")
                && System.getProperty("sojourn.servletVersion", "6.1").equals("6.1");
    }

    static void servePages(Site site) {
        site.on("/who", (request, response) -> response.getWriter().print(who(request)));
        site.on("/in", (request, response) -> {
            String user = Objects.requireNonNull(request.getParameter("user"));
            SojournFilter.signIn(request, user);
            request.getSession().setAttribute("account", "account of " + user);
        });
        site.on("/out", (request, response) -> request.getSession().invalidate());
        site.on("/note", (request, response) -> {
            request.getSession().setAttribute("note", "a note");
            response.getWriter().print("noted");
        });
    }

    static String who(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null) {
            return NOBODY;
        }
        String principal =
                SojournFilter.session(request).flatMap(Session::principal).orElse("a stranger");
        return principal + " with " + session.getAttribute("account");
    }

    /** A browser that has signed in. */
    Browser signedIn(String user) {
        Browser browser = site.browser();
        browser.get("/in?user=" + user);
        return browser;
    }

    /** What the browser holds of its session. */
    static String token(Browser browser) {
        return Objects.requireNonNull(browser.cookie(Site.COOKIE));
    }

    /** What a page says to whoever shows this token. */
    String says(String token) {
        return site.browser().send("/who", Site.COOKIE + "=" + token).body();
    }

    /** All bytes of an answer, but for the time of day. */
    String answer(String path, String... headers) {
        try (Wire wire = site.wire(path, headers)) {
            return wire.rest().replaceFirst("(?i)\r\nDate: [^\r]*", "");
        } catch (IOException e) {
            throw new AssertionError("No answer to " + path, e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext test) throws Exception {
        site.beforeAll(test);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        site.beforeEach(test);
        servePages(site);
        site.stored("scripts", "loaded");
        probe.call("FLUSHDB");
        probe.resetStats();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        site.afterEach(test);
    }

    @Override
    public void afterAll(ExtensionContext test) throws Exception {
        site.afterAll(test);
        probe.close();
        redis.close();
    }
}
