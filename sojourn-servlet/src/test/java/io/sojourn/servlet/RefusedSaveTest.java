package io.sojourn.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.SessionLimitException;
import io.sojourn.SojournException;
import io.sojourn.observe.SessionObserver;
import io.sojourn.servlet.web.Handler;
import io.sojourn.servlet.web.Reply;
import io.sojourn.servlet.web.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A save is refused for what is in the session: never quietly, and without telling the visitor why. */
class RefusedSaveTest {

    @RegisterExtension
    static final Site site = new Site()
            .settings(settings -> settings.maxAttributeBytes(1_000).observer(new SessionObserver() {
                @Override
                public void saveRefused(SessionId id, SojournException cause) {
                    REFUSED.add(cause);
                }
            }));

    private static final List<SojournException> REFUSED = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        REFUSED.clear();
    }

    private static Reply growingTheCart(Handler then) {
        site.on("/", (request, response) -> {
            @SuppressWarnings("unchecked")
            List<String> cart = (List<String>) request.getSession().getAttribute("cart");
            cart.add("x".repeat(2_000));
            then.handle(request, response);
        });
        return site.visitor("cart", new ArrayList<>(List.of("tea"))).get("/");
    }

    private static void assertRefused(Reply reply) {
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body())
                .doesNotContain("Exception")
                .doesNotContain("cart")
                .doesNotContain("io.sojourn");
        assertThat(REFUSED).singleElement().isInstanceOf(SessionLimitException.class);
        assertThat(site.log()).singleElement().asString().contains("cart").contains("maxAttributeBytes");
        assertThat(site.store().commands()).containsExactly("load");
    }

    @Test
    void visitorGetsAnErrorWithoutDetailsAndTheLogTheReason() {
        assertRefused(growingTheCart((request, response) -> response.getWriter().print("done")));
    }

    @Test
    void redirectDoesNotGoThrough() {
        assertRefused(growingTheCart((request, response) -> response.sendRedirect("/next")));
    }

    @Test
    void explicitSaveIsAnsweredTheSameWay() {
        assertRefused(growingTheCart((request, response) -> SojournFilter.save(request)));
    }

    @Test
    void refusalAfterTheResponseHasLeftIsLogged() {
        site.on("/", (request, response) -> {
            @SuppressWarnings("unchecked")
            List<String> cart = (List<String>) request.getSession().getAttribute("cart");
            response.getWriter().print("sent");
            response.flushBuffer();
            cart.add("x".repeat(2_000));
        });
        Reply reply = site.visitor("cart", new ArrayList<>(List.of("tea"))).get("/");
        assertThat(reply.body()).isEqualTo("sent");
        assertThat(site.log()).singleElement().asString().contains("maxAttributeBytes");
        assertThat(REFUSED).singleElement().isInstanceOf(SessionLimitException.class);
    }
}
