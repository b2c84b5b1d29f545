package io.sojourn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.LimitPolicy;
import io.sojourn.SessionSettings;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.codec.JacksonCodec;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.http.SessionCookie;
import io.sojourn.http.SessionCookie.SameSite;
import io.sojourn.http.SessionCookie.Secure;
import io.sojourn.memory.MemoryStore;
import io.sojourn.observe.AuditObserver;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.text.TextSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionConfigTest {

    /** One that an application might write. */
    public static final class Ears implements SessionObserver {}

    /** Another. */
    public static final class Hidden implements SessionObserver {
        private Hidden() {}
    }

    private static SessionConfig config(String... namesAndTexts) {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            texts.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return new SessionConfig(TextSettings.of(texts));
    }

    private static SessionSettings settings(String... namesAndTexts) {
        SessionSettings.Builder settings = SessionSettings.builder();
        config(namesAndTexts).applyTo(settings);
        return settings.build();
    }

    private static SessionCookie cookie(String... namesAndTexts) {
        SessionCookie.Builder cookie = SessionCookie.builder();
        config(namesAndTexts).applyTo(cookie);
        return cookie.build();
    }

    @Test
    void everySettingOfSessionsIsUnderstood() {
        SessionSettings settings = settings(
                "idleTimeout", "45m",
                "absoluteTimeout", "7d",
                "touchInterval", "PT10S",
                "extendOnRead", "false",
                "inlineLimit", "4KiB",
                "maxAttributes", "50",
                "maxAttributeBytes", "1MiB",
                "maxSessionBytes", "2MiB",
                "maxConflicts", "7",
                "renewal", "15m",
                "renewalGrace", "5s",
                "maxSessionsPerPrincipal", "3",
                "whenLimitReached", "REFUSE_NEW",
                "endEvents", "true",
                "endEventsOnEveryNode", "true",
                "alsoObserve", AuditObserver.class.getName(),
                "observer", Ears.class.getName());
        assertThat(settings.idleTimeout()).isEqualTo(Duration.ofMinutes(45));
        assertThat(settings.absoluteTimeout()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.touchInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.extendOnRead()).isFalse();
        assertThat(settings.inlineLimit()).isEqualTo(4096);
        assertThat(settings.maxAttributes()).isEqualTo(50);
        assertThat(settings.maxAttributeBytes()).isEqualTo(1 << 20);
        assertThat(settings.maxSessionBytes()).isEqualTo(2 << 20);
        assertThat(settings.maxConflicts()).isEqualTo(7);
        assertThat(settings.renewal()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.renewalGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.maxSessionsPerPrincipal()).isEqualTo(3);
        assertThat(settings.endEvents()).isTrue();
        assertThat(settings.endEventsOnEveryNode()).isTrue();
        assertThat(settings.whenLimitReached()).isEqualTo(LimitPolicy.REFUSE_NEW);
        assertThat(settings.alsoObserve()).hasExactlyElementsOfTypes(AuditObserver.class);
        assertThat(settings.observer()).isInstanceOf(Ears.class);
    }

    @Test
    void noTextChangesNoDefault() {
        SessionSettings settings = settings();
        assertThat(settings.idleTimeout()).isEqualTo(SessionSettings.DEFAULT_IDLE_TIMEOUT);
        assertThat(settings.maxSessionBytes()).isEqualTo(SessionSettings.DEFAULT_MAX_SESSION_BYTES);
        assertThat(settings.codec()).asString().isEqualTo(JacksonCodec.create().toString());
        assertThat(cookie().name()).isEqualTo(SessionCookie.DEFAULT_NAME);
        assertThat(cookie().hostPrefix()).isTrue();
        assertThat(cookie("cookieName", "sid").hostPrefix()).isFalse();
    }

    /** So that no setting is added to the builders and forgotten here. */
    @Test
    void everySetterOfTheBuildersHasAName() {
        var notForTexts = List.of("clock", "random", "build");
        var ofSettings = Stream.of(SessionSettings.Builder.class.getDeclaredMethods())
                .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
                .map(method -> method.getName());
        var ofCookie = Stream.of(SessionCookie.Builder.class.getDeclaredMethods())
                .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
                .map(method -> method.getName())
                .filter(name -> !name.equals("build"))
                .map(name -> name.equals("attribute") ? "attributes" : name)
                .map(name -> name.equals("sameSite")
                        ? name
                        : "cookie" + Character.toUpperCase(name.charAt(0)) + name.substring(1));
        assertThat(new TreeSet<>(Stream.concat(ofSettings, ofCookie)
                        .filter(name -> !notForTexts.contains(name))
                        .toList()))
                .isSubsetOf(SessionConfig.names());
    }

    @Test
    void everyPropertyOfTheCookieIsUnderstood() {
        SessionCookie cookie = cookie(
                "cookieName", "sid",
                "cookieHostPrefix", "true",
                "cookieAlsoRead", "SESSION, JSESSIONID",
                "cookiePath", "/shop",
                "cookieDomain", "example.org",
                "cookieMaxAge", "30d",
                "cookieSecure", "always",
                "cookieHttpOnly", "false",
                "cookiePartitioned", "true",
                "cookieAttributes", "Priority=High, Flag",
                "sameSite", "Strict");
        assertThat(cookie.name()).isEqualTo("sid");
        assertThat(cookie.hostPrefix()).isTrue();
        assertThat(cookie.alsoRead()).containsExactly("SESSION", "JSESSIONID");
        assertThat(cookie.path()).isEqualTo("/shop");
        assertThat(cookie.domain()).contains("example.org");
        assertThat(cookie.maxAge()).contains(Duration.ofDays(30));
        assertThat(cookie.secure()).isEqualTo(Secure.ALWAYS);
        assertThat(cookie.httpOnly()).isFalse();
        assertThat(cookie.partitioned()).isTrue();
        assertThat(cookie.attributes()).isEqualTo(Map.of("Priority", "High", "Flag", ""));
        assertThat(cookie.sameSite()).contains(SameSite.STRICT);
    }

    @ParameterizedTest
    @CsvSource({
        "encryptionKeysetFile, /etc/keys.json, sojourn-tink",
        "encryptionKeyset, ' ', sojourn-tink",
        "compression, true, sojourn-zstd"
    })
    void layerThatIsAskedForAndNotOnTheClassPathIsAnError(String setting, String text, String artifact) {
        assertThat(SessionConfig.names()).contains(setting);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("redis", "memory:", setting, text).openStore())
                .withMessageStartingWith(setting + " (in the environment SOJOURN_")
                .withMessageContaining(") is set, and nothing on the class path")
                .withMessageContaining(artifact);
    }

    @Test
    void codecIsOneOfThreeOrTheApplicationsOwn() {
        assertThat(settings("codec", "cbor").codec().id()).isEqualTo(JacksonCodec.CBOR_ID);
        assertThat(settings("codec", "JSON").codec().id()).isEqualTo(JacksonCodec.JSON_ID);
        AttributeCodec java =
                settings("codec", "java", "allowedTypes", "com.acme").codec();
        assertThat(java.id()).isEqualTo(JavaSerializationCodec.ID);
        AttributeCodec own = settings("codec", OwnCodec.class.getName()).codec();
        assertThat(own).isInstanceOf(OwnCodec.class);
    }

    /** A codec of an application. */
    public static final class OwnCodec implements AttributeCodec {

        @Override
        public int id() {
            return 200;
        }

        @Override
        public byte[] encode(String attribute, Object value) {
            return new byte[0];
        }

        @Override
        public Object decode(String attribute, byte[] encoded) {
            return "";
        }
    }

    @Test
    void otherCodecsAreReadWithTheSameAllowedTypes() {
        SessionSettings settings = settings("alsoRead", "java, json", "allowedTypes", "com.acme");
        assertThat(settings.alsoRead())
                .extracting(AttributeCodec::id)
                .containsExactly(JavaSerializationCodec.ID, JacksonCodec.JSON_ID);
        assertThat(((JavaSerializationCodec) settings.alsoRead().get(0)).allowedPackages())
                .containsExactly("com.acme");
        assertThat(((JacksonCodec) settings.codec()).allowedPackages()).containsExactly("com.acme");
    }

    @Test
    void allowedTypesArePackagesAndClasses() {
        JacksonCodec codec =
                (JacksonCodec) settings("allowedTypes", "com.acme.shop,\n " + SessionConfigTest.class.getName())
                        .codec();
        assertThat(codec.allowedPackages()).containsExactly("com.acme.shop");
        assertThat(codec.allowedClasses()).containsExactly(SessionConfigTest.class.getName());
    }

    @Test
    void aliasesAndTrustAreForJackson() {
        JacksonCodec codec = (JacksonCodec) settings("aliases", "ears=" + Ears.class.getName(), "trustClasses", "true")
                .codec();
        assertThat(codec.aliases()).isEqualTo(Map.of(Ears.class.getName(), "ears"));
        assertThat(codec.trustsClasses()).isTrue();
    }

    @Test
    void limitsOfJavaSerializationAreItsOwn() {
        JavaSerializationCodec codec = (JavaSerializationCodec) settings(
                        "codec", "java",
                        "allowedTypes", "com.acme",
                        "javaMaxDepth", "200",
                        "javaMaxReferences", "1000000",
                        "javaMaxBytes", "8MiB",
                        "javaMaxArrayLength", "5")
                .codec();
        assertThat(codec.maxDepth()).isEqualTo(200);
        assertThat(codec.maxReferences()).isEqualTo(1_000_000);
        assertThat(codec.maxBytes()).isEqualTo(8 << 20);
        assertThat(codec.maxArrayLength()).isEqualTo(5);
    }

    @Test
    void aFilterPatternMayStandForAListOrBesideOne() {
        JavaSerializationCodec alone = (JavaSerializationCodec)
                settings("codec", "java", "javaFilter", "java.base/*;!*").codec();
        assertThat(alone.filter()).isPresent();
        assertThat(alone.decode("it", alone.encode("it", "text"))).isEqualTo("text");
        JavaSerializationCodec both = (JavaSerializationCodec)
                settings("codec", "java", "allowedTypes", "com.acme", "javaFilter", "!java.util.ArrayList")
                        .codec();
        assertThatExceptionOfType(ValueNotAcceptedException.class)
                .isThrownBy(() -> both.encode("it", new ArrayList<>()))
                .withMessageContaining("java.util.ArrayList is rejected by the filter");
    }

    @ParameterizedTest
    @CsvSource({
        "idleTimeout, -PT5M, must be from 0",
        "maxAttributes, 0, must be at least 1",
        "extendOnRead, sometimes, 'none of false, true'",
        "codec, xml, 'none of cbor, json, java'",
        "codec, com.acme.None, there is no class com.acme.None",
        "codec, java, Name your packages or classes in allowedTypes",
        "alsoRead, java, Name your packages or classes in allowedTypes",
        "observer, java.lang.String, is no io.sojourn.observe.SessionObserver",
        "observer, io.sojourn.config.SessionConfigTest$Hidden, no public constructor",
        "allowedTypes, com.acme.Missing, there is no class com.acme.Missing",
        "allowedTypes, com..acme, is no package name",
        "allowedTypes, java.util, is the JDK's",
        "aliases, com.acme.Missing, is no alias",
        "aliases, cart=com.acme.Missing, there is no class"
    })
    void textThatMakesNoSenseForSessionsIsRefusedByName(String name, String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(name, text))
                .withMessageStartingWith(name + ": ")
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "cookieName, 'a b', name of a cookie",
        "cookieMaxAge, 0, at least a second",
        "cookieSecure, yes, 'none of always, auto, never'",
        "sameSite, maybe, 'none of lax, none, omitted, strict'"
    })
    void textThatMakesNoSenseForTheCookieIsRefusedByName(String name, String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cookie(name, text))
                .withMessageStartingWith(name + ": ")
                .withMessageContaining(reason);
    }

    @Test
    void storeInMemoryIsOpenedByItsUri() {
        try (SessionStore store = config("redis", "memory:").openStore()) {
            assertThat(store).isInstanceOf(MemoryStore.class);
        }
    }

    @Test
    void storeThatNothingSaysWhereItIsIsMissed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().openStore())
                .withMessageContaining(
                        "set redis (in the environment SOJOURN_REDIS_URI) to a URI such as redis://localhost:6379");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://user:secret@localhost", "REDISS://:secret@localhost"})
    void errorNamesTheLibraryToAddIfRedisIsNotOnTheClassPathAndNoSecret(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("redis", uri).openStore())
                .withMessageStartingWith("redis: nothing on the class path opens a store at ")
                .withMessageContaining("add io.sojourn:sojourn-redis")
                .withMessageContaining("memory")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "memroy:, Did you mean memory:?",
        "localhost:6379, Did you mean redis://localhost:…? A URI begins with its scheme.",
        "localhost:6379/2, Did you mean redis://localhost:…? A URI begins with its scheme.",
        "localhost, or memory:. Did you mean redis:// and then this?",
        "redis.example.com, or memory:. Did you mean redis:// and then this?",
        "127.0.0.1:6379, or memory:. Did you mean redis:// and then this?",
        "[::1]:6379, or memory:. Did you mean redis:// and then this?"
    })
    void schemeThatIsMisspelledOrMissingIsTold(String uri, String question) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("redis", uri).openStore())
                .withMessageContaining(question);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "secret@localhost", "://secret", "memory:secret"})
    void textThatIsNoUriIsRefusedAndNotRepeated(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("redis", uri).openStore())
                .withMessageStartingWith("redis: ")
                .withMessageNotContaining("secret");
    }
}
