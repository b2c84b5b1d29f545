package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sojourn.SessionManager;
import io.sojourn.memory.MemoryStore;
import io.sojourn.servlet.container.ServerContext;
import io.sojourn.servlet.web.Site;
import io.undertow.websockets.LogoutListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.reflect.Proxy;
import java.util.EventListener;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Listeners hear of sessions wherever they are registered. */
class ListenerRegistrationTest {

    @BeforeEach
    void forget() {
        Chronicle.forget();
    }

    private static void assertHeardOnce(Site site) {
        site.on("/", (request, response) -> {
            request.getSession().setAttribute("user", "ada");
            request.getSession().invalidate();
        });
        site.browser().get("/");
        assertThat(Chronicle.HEARD).containsExactly("created", "added user=ada", "destroyed", "removed user=ada");
        assertThat(site.log()).isEmpty();
    }

    @Nested
    class ByCode {
        @RegisterExtension
        static final Site site = new Site().configured(context -> context.addListener(new Chronicle()));

        @Test
        void listenerThatWasAddedByCodeHears() {
            assertHeardOnce(site);
        }
    }

    @Nested
    class ByClass {
        @RegisterExtension
        static final Site site = new Site().configured(context -> context.addListener(Chronicle.class));

        @Test
        void listenerWhoseClassWasAddedByCodeHears() {
            assertHeardOnce(site);
        }
    }

    @Nested
    class ByName {
        @RegisterExtension
        static final Site site = new Site().configured(context -> context.addListener(Chronicle.class.getName()));

        @Test
        void listenerThatWasAddedByNameHears() {
            assertHeardOnce(site);
        }
    }

    /** An annotated listener comes to its container the same way: as the name of a class. */
    @Nested
    class ByDescriptor {
        @RegisterExtension
        static final Site site = new Site().declares(Chronicle.class);

        @Test
        void listenerOfTheDescriptorHears() {
            assertHeardOnce(site);
        }
    }

    @Nested
    class ByContextListener {
        @RegisterExtension
        static final Site site = new Site().declares(AddsAnother.class);

        @Test
        void listenerThatAContextListenerHasAddedHears() {
            assertHeardOnce(site);
        }
    }

    /** As start-up code does in an application with a descriptor. */
    public static final class AddsAnother implements ServletContextListener {
        @Override
        public void contextInitialized(ServletContextEvent event) {
            event.getServletContext().addListener(new Chronicle());
        }
    }

    @Nested
    class OnTheFilter {
        @RegisterExtension
        static final Site site = new Site()
                .filter(manager ->
                        SojournFilter.builder(manager).listener(new Chronicle()).build());

        @Test
        void listenerOfTheFilterHears() {
            assertHeardOnce(site);
        }
    }

    @Nested
    class Twice {
        private static final Chronicle ONE = new Chronicle();

        @RegisterExtension
        static final Site site = new Site()
                .configured(context -> context.addListener(ONE))
                .filter(manager -> SojournFilter.builder(manager).listener(ONE).build());

        @Test
        void listenerThatIsRegisteredInBothPlacesHearsOnce() {
            assumeFalse(Site.isUndertow(), "Undertow does not say which listeners it has");
            assertHeardOnce(site);
        }
    }

    @Nested
    class OfTheContainerItself {
        @RegisterExtension
        static final Site site = new Site().configured(context -> {
            context.addListener(new LogoutListener());
            context.addListener(new Chronicle());
        });

        @Test
        void listenerThatExpectsTheContainersSessionsHearsNothingOfOurs() {
            assertHeardOnce(site);
            assertThat(LogoutListener.HEARD).isEmpty();
        }
    }

    @Test
    void listenerThatWouldHearNothingIsRefused() {
        SojournFilter.Builder filter = SojournFilter.builder(SessionManager.create(new MemoryStore()));
        assertThatThrownBy(() -> filter.listener(new EventListener() {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HttpSessionListener");
    }

    @Nested
    class InAnUnknownContainer {
        @RegisterExtension
        static final Site site = new Site();

        @Test
        void logSaysWhatToDoInAContainerThatIsNotKnown() {
            ServletContext unknown = (ServletContext) Proxy.newProxyInstance(
                    ServletContext.class.getClassLoader(),
                    new Class<?>[] {ServletContext.class},
                    (proxy, method, arguments) -> "Some container");
            assertThat(ServerContext.listenersOf(unknown)).isEqualTo(List.of());
            assertThat(site.log())
                    .singleElement()
                    .asString()
                    .contains(
                            "listeners (in the environment SOJOURN_LISTENERS, in Java SojournFilter.builder(…).listener)")
                    .contains("Some container");
        }
    }
}
