package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.SessionManager;
import io.sojourn.StoreUnavailableException;
import io.sojourn.memory.MemoryStore;
import io.sojourn.servlet.cookie.Tracking;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSessionListener;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a filter without a manager reads, from where, and what it refuses; in the context of a real application. */
class FilterParametersTest {

    private static final AtomicReference<ServletContext> CONTEXT = new AtomicReference<>();

    @RegisterExtension
    static final Site site = new Site().configured(context -> {
        context.setInitParameter("sojourn.cookieName", "context");
        context.setInitParameter("sojourn.sameSite", "strict");
        context.setInitParameter("another.library", "its own");
        CONTEXT.set(context);
    });

    /** Init parameters as a descriptor gives them. */
    private record Parameters(Map<String, String> all) implements FilterConfig {

        @Override
        public String getFilterName() {
            return "sessions";
        }

        @Override
        public ServletContext getServletContext() {
            return Objects.requireNonNull(CONTEXT.get());
        }

        @Override
        public @Nullable String getInitParameter(String name) {
            return all.get(name);
        }

        @Override
        public Enumeration<String> getInitParameterNames() {
            return Collections.enumeration(all.keySet());
        }
    }

    private static FilterSetup setUp(Map<String, String> init, Map<String, String> environment) {
        return FilterSetup.of(new Parameters(init), environment);
    }

    private static String cookieName(FilterSetup with) {
        return with.application(Objects.requireNonNull(CONTEXT.get())).cookie().name();
    }

    @Test
    void whatIsNearerToTheFilterComesFirst() {
        Map<String, String> environment = Map.of("SOJOURN_COOKIE_NAME", "environment", "SOJOURN_REDIS_URI", "memory:");
        assertThat(cookieName(setUp(Map.of("cookieName", "init"), environment))).isEqualTo("init");
        assertThat(cookieName(setUp(Map.of(), environment))).isEqualTo("context");
        assertThat(setUp(Map.of(), Map.of("SOJOURN_REDIS_URI", "memory:", "SOJOURN_ON_OUTAGE", "without-session"))
                        .policy())
                .isEqualTo(OutagePolicy.WITHOUT_SESSION);
    }

    @Test
    void misspelledNameOfEncryptionIsRefusedInTheEnvironmentToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        setUp(Map.of("redis", "memory:"), Map.of("SOJOURN_ENCRYPTION_KEYSET_FIEL", "/etc/keys.json")))
                .withMessageContaining("SOJOURN_ENCRYPTION_KEYSET_FILE");
    }

    @Test
    void encryptionThatIsAskedForAndNotThereKeepsTheApplicationFromStarting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        setUp(Map.of("redis", "memory:"), Map.of("SOJOURN_ENCRYPTION_KEYSET_FILE", "/etc/keys.json")))
                .withMessageContaining("SOJOURN_ENCRYPTION_KEYSET_FILE: There is no file /etc/keys.json");
    }

    @Test
    void trackingModesAreAList() {
        assertThat(setUp(Map.of("redis", "memory:"), Map.of()).options().tracking())
                .isNull();
        assertThat(setUp(Map.of("redis", "memory:", "trackingModes", "cookie, url"), Map.of())
                        .options()
                        .tracking())
                .isEqualTo(new Tracking(true, true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "trackingModes", "ssl"), Map.of()))
                .withMessageContaining("trackingModes");
    }

    @Test
    void headerOfTheTokenGoesBesideTheCookieOrAlone() {
        assertThat(setUp(Map.of("redis", "memory:"), Map.of()).options().transport())
                .isNull();
        assertThat(setUp(Map.of("redis", "memory:", "tokenHeader", "X-Auth-Token"), Map.of())
                        .options()
                        .transport())
                .isEqualTo(TokenTransport.headerOrCookie("X-Auth-Token"));
        assertThat(setUp(
                                Map.of("redis", "memory:"),
                                Map.of("SOJOURN_TOKEN_HEADER", "X-Auth-Token", "SOJOURN_TOKEN_HEADER_ONLY", "true"))
                        .options()
                        .transport())
                .isEqualTo(TokenTransport.header("X-Auth-Token"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "tokenHeaderOnly", "true"), Map.of()))
                .withMessageContaining("tokenHeader");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "tokenHeader", "no header"), Map.of()))
                .withMessageContaining("no header");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(
                        Map.of("redis", "memory:", "tokenHeader", "X-Auth-Token", "trackingModes", "url"), Map.of()))
                .withMessageContaining("trackingModes");
    }

    @Test
    void idleTimeoutIsTheApplicationsUnlessAParameterSaysOtherwise() {
        int minutes = Objects.requireNonNull(CONTEXT.get()).getSessionTimeout();
        assertThat(setUp(Map.of("redis", "memory:"), Map.of())
                        .manager()
                        .settings()
                        .idleTimeout())
                .hasMinutes(minutes > 0 ? minutes : 30);
        assertThat(setUp(Map.of("redis", "memory:", "idleTimeout", "5m"), Map.of())
                        .manager()
                        .settings()
                        .idleTimeout())
                .hasMinutes(5);
    }

    @Test
    void misspelledParameterIsRefusedWithTheNearestName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "idleTimout", "5m"), Map.of()))
                .withMessageStartingWith(
                        "The init parameter idleTimout is not known. Did you mean idleTimeout? There are ")
                .withMessageContaining(", onOutage, ")
                .withMessageContaining(", prefix, ");
    }

    @Test
    void misspelledVariableIsWarnedOfAndNamed() {
        setUp(
                Map.of("redis", "memory:"),
                Map.of("SOJOURN_IDLE_TIMOUT", "5m", "SOJOURN_REDIS_SERVICE_HOST", "10.0.0.11"));
        assertThat(site.log())
                .singleElement()
                .asString()
                .isEqualTo("WARNING The environment variable SOJOURN_IDLE_TIMOUT is not known and changes nothing."
                        + " Did you mean SOJOURN_IDLE_TIMEOUT?");
    }

    @Test
    void wrongValueIsRefusedByTheNameThatItsAuthorKnows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "idleTimeout", "5"), Map.of()))
                .withMessageStartingWith("The init parameter idleTimeout: \"5\" is no duration");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of(), Map.of("SOJOURN_REDIS_URI", "secret@host")))
                .withMessageStartingWith("The environment variable SOJOURN_REDIS_URI: ")
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "cookieDomain", "a;b"), Map.of()))
                .withMessageStartingWith("The init parameter cookieDomain: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "onOutage", "panic"), Map.of()))
                .withMessage(
                        "The init parameter onOutage: \"panic\" is none of read-only, unavailable, without-session");
    }

    /** As an application might write it. */
    public static final class Ears implements HttpSessionListener {}

    @Test
    void listenersAndEmptySessionsAreSettingsToo() {
        FilterSetup with = setUp(
                Map.of("redis", "memory:", "listeners", Ears.class.getName(), "storeEmptySessions", "true"), Map.of());
        assertThat(with.options().listeners()).singleElement().isInstanceOf(Ears.class);
        assertThat(with.options().storesEmptySessions()).isTrue();
        assertThat(setUp(Map.of("redis", "memory:"), Map.of()).options().storesEmptySessions())
                .isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setUp(Map.of("redis", "memory:", "listeners", "java.lang.String"), Map.of()))
                .withMessage("The init parameter listeners: java.lang.String is no java.util.EventListener");
    }

    @Test
    void filterThatNothingTellsWhereTheSessionsAreDoesNotStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SojournFilter().init(new Parameters(Map.of())))
                .withMessageContaining("set redis (in the environment SOJOURN_REDIS_URI) to a URI");
    }

    @Test
    void filterMadeByCodeRefusesParametersThatItWouldNotFollow() {
        SojournFilter filter = new SojournFilter(SessionManager.create(new MemoryStore()));
        filter.init(new Parameters(Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter.init(new Parameters(Map.of("idleTimeout", "5m"))))
                .withMessageStartingWith("The init parameter idleTimeout would change nothing");
    }

    private static void save(SessionManager manager) {
        var session = manager.create();
        session.set("user", "ada");
        manager.save(session);
    }

    @Test
    void storeThatTheFilterOpenedIsClosedWithIt() {
        FilterSetup opened = setUp(Map.of("redis", "memory:"), Map.of());
        save(opened.manager());
        opened.close();
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> save(opened.manager()));
    }

    @Test
    void storeOfTheCallerOutlivesTheFilter() {
        SessionManager manager = SessionManager.create(new MemoryStore());
        SojournFilter filter = new SojournFilter(manager);
        filter.init(new Parameters(Map.of()));
        filter.destroy();
        assertThatCode(() -> save(manager)).doesNotThrowAnyException();
    }
}
