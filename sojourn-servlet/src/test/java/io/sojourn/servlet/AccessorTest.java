package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.servlet.web.Browser;
import io.sojourn.servlet.web.Site;
import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Access to a session from outside of its requests, which Servlet 6.1 has brought. */
@EnabledIf(value = "io.sojourn.servlet.ServletVersion#is61", disabledReason = "HttpSession has no accessor before 6.1")
class AccessorTest {

    @RegisterExtension
    static final Site site = new Site();

    /** Not the accessor itself: this class is to load in older versions, too. */
    private static Consumer<Consumer<HttpSession>> accessor(Session stored) {
        AtomicReference<Consumer<Consumer<HttpSession>>> access = new AtomicReference<>();
        site.on(
                "/",
                (request, response) ->
                        access.set(Objects.requireNonNull(request.getSession().getAccessor())::access));
        site.browser().with(Site.COOKIE, stored.token().reveal()).get("/");
        site.store().forget();
        return Objects.requireNonNull(access.get());
    }

    @Test
    void accessLoadsTheSessionAndSavesWhatIsDoneToIt() {
        Session stored = site.stored("user", "ada");
        Consumer<Consumer<HttpSession>> access = accessor(stored);
        access.accept(session -> {
            assertThat(session.getAttribute("user")).isEqualTo("ada");
            assertThat(session.isNew()).isFalse();
            session.setAttribute("seen", true);
        });
        assertThat(site.store().commands()).containsExactly("load", "commit");
        access.accept(session -> assertThat(session.getAttribute("seen")).isEqualTo(true));
    }

    @Test
    void accessMayInvalidate() {
        Session stored = site.stored("user", "ada");
        Consumer<Consumer<HttpSession>> access = accessor(stored);
        access.accept(HttpSession::invalidate);
        assertThat(site.manager().find(stored.token())).isEmpty();
        assertThatThrownBy(() -> access.accept(session -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void accessEndsWhenTheIdChanges() {
        Session stored = site.stored("user", "ada");
        Consumer<Consumer<HttpSession>> access = accessor(stored);
        Browser browser = site.browser().with(Site.COOKIE, stored.token().reveal());
        site.on(
                "/",
                (request, response) -> assertThat(request.changeSessionId()).isNotEmpty());
        browser.get("/");
        assertThatThrownBy(() -> access.accept(session -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(stored.publicId());
    }

    @Test
    void invalidatedSessionHasNoAccessor() {
        site.on("/", (request, response) -> {
            HttpSession session = request.getSession();
            session.invalidate();
            assertThatThrownBy(session::getAccessor).isInstanceOf(IllegalStateException.class);
        });
        site.visitor("user", "ada").get("/");
    }
}
