package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sojourn.Session;
import io.sojourn.codec.JavaSerializationCodec;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code endEvents}, listeners and values hear of sessions that end without a request. */
class SessionEndTest {

    private static final List<String> ENDS = new CopyOnWriteArrayList<>();
    private static final List<@Nullable ClassLoader> LOADERS = new CopyOnWriteArrayList<>();
    private static volatile @Nullable ClassLoader application;

    private static final class Listener implements HttpSessionListener {
        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            HttpSession session = event.getSession();
            LOADERS.add(Thread.currentThread().getContextClassLoader());
            ENDS.add(session.getId() + " of " + session.getAttribute("user") + " in "
                    + session.getServletContext().getContextPath());
        }
    }

    @RegisterExtension
    static final Site site = new Site()
            .context("/shop")
            .settings(settings -> settings.endEvents(true)
                    .idleTimeout(Duration.ofSeconds(3))
                    .codec(JavaSerializationCodec.builder().allow(Visitor.class).build()))
            .configured(context -> {
                application = Thread.currentThread().getContextClassLoader();
                context.addListener(new Listener());
                context.addListener(new Chronicle());
            });

    @BeforeEach
    void forget() {
        ENDS.clear();
        LOADERS.clear();
        Chronicle.forget();
        Visitor.HEARD.clear();
    }

    private static String ended(Session session) {
        return session.publicId() + " of ada in /shop";
    }

    /** Sessions in memory end by the site's own clock, those in Redis by the server's. */
    private static void awaitEnd(Session session) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            site.pass(Duration.ofMillis(50));
            return ENDS.contains(ended(session));
        });
    }

    @Test
    void aSessionThatTimesOutIsDestroyedAndItsValuesAreUnbound() {
        Session session = site.stored("user", "ada", "visitor", new Visitor("eve"));
        awaitEnd(session);
        assertThat(ENDS).containsExactly(ended(session));
        assertThat(LOADERS).containsExactly(Objects.requireNonNull(application));
        await().until(() -> Chronicle.HEARD.size() == 3);
        assertThat(Chronicle.HEARD).contains("destroyed", "removed user=ada");
        assertThat(Visitor.HEARD).contains("eve unbound as visitor, where now is null");
    }

    @Test
    void aSessionThatIsRevokedElsewhereIsDestroyed() {
        Session session = site.stored("user", "ada");
        site.manager().revoke(session.id());
        awaitEnd(session);
        assertThat(ENDS).containsExactly(ended(session));
    }

    @Test
    void aSessionThatItsRequestInvalidatesIsDestroyedOnce() {
        site.on("/", (request, response) -> request.getSession().invalidate());
        site.visitor("user", "ada").get("/shop/");
        assertThat(ENDS).hasSize(1);
        awaitEnd(site.stored("user", "ada")); // The end before it would have been told by now.
        assertThat(ENDS).hasSize(2);
    }
}
