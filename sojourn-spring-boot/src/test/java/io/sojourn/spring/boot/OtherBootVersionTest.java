package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.Session;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.redis.RedisStore;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.Browser.Page;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.web.servlet.FlashMap;

/**
 * Sessions that an application on one version of Spring Boot has written go on, on another version: in a deploy that changes the
 * version, nodes of both versions have the same sessions. What a version cannot read is absent there, and its bytes are kept.
 *
 * <p>The sessions lie in the resources of these tests, a folder for each version. Those of the version at hand are written anew by
 *
 * <pre>
 * ./mvnw -pl sojourn-spring-boot,sojourn-spring-boot-3 -am verify -Dtest=OtherBootVersionTest \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dsessions.update=true
 * </pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherBootVersionTest {

    private static final Path FOLDER =
            Path.of("..", "sojourn-spring-boot", "src", "test", "resources", "sessions-of-spring-boot");

    /** A token for a form, as the writing version has shown it. */
    private static final String CSRF = "csrf shown";

    private static final String CONTEXT = "SPRING_SECURITY_CONTEXT";
    private static final String FLASH_MAPS =
            "org.springframework.web.servlet.support.SessionFlashMapManager.FLASH_MAPS";

    /** Spring Security 7 notes in the context how the user has signed in, by a class that Spring Security 6 does not have. */
    private static final boolean HAS_FACTORS = Node.isBoot4();

    private final AuthorizationServer provider = AuthorizationServer.start();
    private final Nodes nodes = Nodes.start("test.issuer=" + provider.issuer());
    private final RedisStore store = RedisStore.connect(nodes.redis().uri());
    private final SessionManager raw = SessionManager.create(
            store, SessionSettings.builder().codec(new RawCodec()).build());
    private final SpringCodec codec =
            SpringCodec.builder().allow("io.sojourn.spring.boot.app").build();

    @AfterAll
    void stop() {
        store.close();
        nodes.close();
        provider.close();
    }

    private static String version() {
        String version = Objects.requireNonNull(SpringBootVersion.getVersion());
        return version.substring(0, version.lastIndexOf('.'));
    }

    @BeforeAll
    void writeIfAsked() throws IOException {
        if (!Boolean.getBoolean("sessions.update")) {
            return;
        }
        write("signed-in", this::signIn);
        write("visitor", this::visit);
        write("remembered", browser -> {
            browser.signIn("ada", "secret", "remember-me=on");
            browser.cookies().remove("SESSION");
            browser.get("/kind");
        });
        write("one-time-token", browser -> {
            String token = browser.submit("/ott/generate", "username=ada").body();
            browser.submit("/login/ott", "token=" + token);
            browser.get("/private");
        });
        write("openid", browser -> browser.browse("/oauth2/authorization/test"));
        write("openid-begun", browser -> browser.get("/oauth2/authorization/test"));
    }

    private void signIn(Browser browser) {
        browser.signIn("ada", "secret");
        browser.submit("/public/cart", "item=book");
        browser.submit("/public/set", "value=kept");
        browser.submit("/public/order", "name=Ada");
    }

    private void visit(Browser browser) {
        browser.submit("/public/flash");
        browser.get("/private?page=2", "Accept", "text/html");
        String csrf = browser.get("/login").csrf();
        browser.post("/login", "username=ada", "password=wrong", "_csrf=" + csrf);
    }

    private interface Visit {
        void by(Browser browser);
    }

    private void write(String name, Visit visit) throws IOException {
        Browser browser = nodes.browser();
        visit.by(browser);
        Map<String, String> lines = new TreeMap<>();
        lines.put(CSRF, browser.get("/csrf").body());
        Session session = session(browser);
        for (String attribute : session.names()) {
            byte[] bytes = session.get(attribute, byte[].class).orElseThrow();
            lines.put(attribute, Base64.getEncoder().encodeToString(bytes));
        }
        Path file = FOLDER.resolve(version()).resolve(name + ".properties");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                lines.entrySet().stream()
                        .map(line -> line.getKey().replace(" ", "\\ ") + "=" + line.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    private Session session(Browser browser) {
        String cookie = Objects.requireNonNull(browser.cookies().get("SESSION"));
        SessionToken token = SessionToken.parse(cookie).orElseThrow();
        return raw.findById(token.id()).orElseThrow();
    }

    /** A session as another version has written it. */
    private final class Stored {

        final Browser browser = nodes.browser();
        final Map<String, byte[]> attributes = new TreeMap<>();
        final String csrf;

        Stored(String version, String name) throws IOException {
            Properties lines = new Properties();
            try (Reader in = Files.newBufferedReader(FOLDER.resolve(version).resolve(name + ".properties"))) {
                lines.load(in);
            }
            csrf = (String) Objects.requireNonNull(lines.remove(CSRF));
            Session session = raw.create();
            lines.forEach((attribute, value) -> {
                byte[] bytes = Base64.getDecoder().decode((String) value);
                attributes.put((String) attribute, bytes);
                session.set((String) attribute, bytes);
            });
            raw.save(session);
            browser.cookies().put("SESSION", session.token().reveal());
        }

        /** Whether this version can read who is signed in. */
        boolean isReadable() {
            String context = new String(Objects.requireNonNull(attributes.get(CONTEXT)), StandardCharsets.ISO_8859_1);
            return HAS_FACTORS || !context.contains("FactorGrantedAuthority");
        }

        void assertSignedIn(String user) {
            Page page = browser.get("/private");
            if (isReadable()) {
                assertThat(page.body()).isEqualTo("hello " + user);
            } else {
                assertThat(page.location()).as("nobody is signed in here").endsWith("/login");
            }
            assertThat(browser.post("/public/set", "value=new", "_csrf=" + csrf).body())
                    .as("the token of the form, and a change")
                    .isEqualTo("set");
            assertThat(session(browser).get(CONTEXT, byte[].class))
                    .as("kept as it was written")
                    .contains(Objects.requireNonNull(attributes.get(CONTEXT)));
        }
    }

    static Stream<String> versions() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void signedInUserGoesOn(String version) throws IOException {
        Stored stored = new Stored(version, "signed-in");
        assertThat(stored.browser.get("/public/get").body()).isEqualTo("kept Europe/Vienna");
        assertThat(stored.browser.get("/public/cart").body()).isEqualTo("[book]");
        assertThat(stored.browser.get("/public/order").body()).isEqualTo("Ada, null");
        stored.assertSignedIn("ada");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void visitorSignsInAndComesToThePageThatWasAskedFor(String version) throws IOException {
        Stored stored = new Stored(version, "visitor");
        assertThat(stored.browser.get("/public/last-error").body())
                .isEqualTo("BadCredentialsException: Bad credentials");
        Page signedIn = stored.browser.post("/login", "username=ada", "password=secret", "_csrf=" + stored.csrf);
        assertThat(signedIn.location()).startsWith("http://" + Browser.SITE + "/private?page=2");
        assertThat(stored.browser.get("/private").body()).isEqualTo("hello ada");
    }

    /** By the codec: Spring drops a flash map after three minutes. */
    @ParameterizedTest
    @MethodSource("versions")
    void flashMapIsRead(String version) throws IOException {
        byte[] bytes = new Stored(version, "visitor").attributes.get(FLASH_MAPS);
        List<?> maps = (List<?>) codec.decode(FLASH_MAPS, Objects.requireNonNull(bytes));
        assertThat(((FlashMap) maps.get(0)).get("message")).isEqualTo("saved");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void rememberedUserGoesOn(String version) throws IOException {
        Stored stored = new Stored(version, "remembered");
        if (stored.isReadable()) {
            assertThat(stored.browser.get("/kind").body()).isEqualTo("RememberMeAuthenticationToken");
        }
        stored.assertSignedIn("ada");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void userOfAOneTimeTokenGoesOn(String version) throws IOException {
        new Stored(version, "one-time-token").assertSignedIn("ada");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void userOfOpenIdConnectGoesOn(String version) throws IOException {
        new Stored(version, "openid").assertSignedIn(AuthorizationServer.SUBJECT);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyOtherAttributeIsRead(String version) throws IOException {
        for (String name : List.of("signed-in", "visitor", "remembered", "one-time-token", "openid", "openid-begun")) {
            new Stored(version, name).attributes.forEach((attribute, bytes) -> {
                if (!attribute.equals(CONTEXT)) {
                    assertThat(codec.decode(attribute, bytes))
                            .as(name + ": " + attribute)
                            .isNotNull();
                }
            });
        }
    }
}
