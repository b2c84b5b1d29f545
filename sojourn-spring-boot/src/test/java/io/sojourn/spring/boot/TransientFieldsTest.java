package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spring.boot.SpringSessionNodes.Repository;
import io.sojourn.spring.boot.SpringSessionNodes.Serializer;
import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Session-scoped beans and other values with state, over several requests: what Spring Session keeps of them is kept, and what it
 * loses of them, which is transient fields, is lost. Spring injects such a field of a bean when it makes the bean. A bean that was read
 * from the session is not made again, so the field is null then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransientFieldsTest {

    /** Whose sessions the application has. */
    @SuppressWarnings("ImmutableEnumChecker") // Functions without state.
    enum Sessions {
        SOJOURN(SpringSessionNodes::moving),
        SPRING_SESSION(SpringSessionNodes::old),
        SPRING_SESSION_INDEXED(SpringSessionNodes::old);

        private final Function<SpringSessionNodes, Node> start;

        Sessions(Function<SpringSessionNodes, Node> start) {
            this.start = start;
        }

        Node start(RedisServer redis) {
            Repository repository = this == SPRING_SESSION_INDEXED ? Repository.INDEXED : Repository.PLAIN;
            return start.apply(new SpringSessionNodes(redis, repository, Serializer.JDK));
        }
    }

    private final RedisServer redis = RedisServers.start();
    private final Map<Sessions, Node> nodes = new EnumMap<>(Sessions.class);

    @AfterAll
    void stop() {
        nodes.values().forEach(Node::close);
        redis.close();
    }

    /** A user of one node. */
    private final class User {

        private final Browser browser;

        User(Sessions sessions) {
            Node node = nodes.computeIfAbsent(sessions, whose -> whose.start(redis));
            browser = new Browser(List.of(node));
            browser.signIn("ada", "secret");
            SpringSessionNodes.awaitStored();
        }

        /** What a page shows. Spring Session stores what the page has changed when its answer is there already. */
        String get(String path) {
            return shown(browser.get(path));
        }

        String submit(String path, String... fields) {
            String csrf = get("/csrf");
            List<String> all = new ArrayList<>(List.of(fields));
            all.add("_csrf=" + csrf);
            return shown(browser.post(path, all.toArray(String[]::new)));
        }

        private static String shown(Browser.Page page) {
            SpringSessionNodes.awaitStored();
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            return page.body();
        }
    }

    @ParameterizedTest
    @EnumSource
    void injectedFieldOfABeanIsNullOnceTheBeanWasReadFromTheSession(Sessions sessions) {
        User user = new User(sessions);
        assertThat(user.get("/public/wish")).isEqualTo("1, injected");
        assertThat(user.get("/public/wish")).isEqualTo("2, not injected");
        assertThat(user.get("/public/wish")).isEqualTo("3, not injected");
    }

    @ParameterizedTest
    @EnumSource
    void stateOfABeanIsKept(Sessions sessions) {
        User user = new User(sessions);
        user.submit("/public/cart", "item=book");
        assertThat(user.get("/public/cart")).isEqualTo("[book]");
        user.submit("/public/cart", "item=pen");
        assertThat(user.get("/public/cart")).isEqualTo("[book, pen]");
    }

    @ParameterizedTest
    @EnumSource
    void valueIsTheSameObjectInItsRequestAndReadAnewInTheNext(Sessions sessions) {
        User user = new User(sessions);
        assertThat(user.submit("/public/draft")).isEqualTo("[first], preview first, length 5");
        assertThat(user.get("/public/draft")).isEqualTo("[first], preview null, length 5");
    }

    /** Spring Session does not notice. */
    @ParameterizedTest
    @EnumSource
    void valueThatIsChangedInPlaceIsStored(Sessions sessions) {
        User user = new User(sessions);
        user.submit("/public/draft");
        user.submit("/public/draft/in-place", "line=more");
        assertThat(user.get("/public/draft"))
                .isEqualTo(
                        sessions == Sessions.SOJOURN
                                ? "[first, more], preview null, length 9"
                                : "[first], preview null, length 5");
    }

    @Test
    void injectedFieldOfABeanIsNullOnAnotherNode() {
        try (Nodes two = Nodes.start()) {
            Browser browser = two.browser();
            assertThat(browser.get("/public/wish").body()).isEqualTo("1, injected");
            assertThat(browser.get("/public/wish").body()).isEqualTo("2, not injected");
            assertThat(browser.get("/public/wish").body()).isEqualTo("3, not injected");
        }
    }
}
