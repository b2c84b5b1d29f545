package io.sojourn.example.faces;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.testkit.RedisServer;
import io.sojourn.testkit.RedisServers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the state of views on the server, and in the page. */
class TwoNodesTest {

    private static final RedisServer redis = RedisServers.start();

    private static final Map<String, NodeProcess> ones = new HashMap<>();
    private static final Map<String, NodeProcess> twos = new HashMap<>();

    /** Each goes on starting meanwhile. */
    @BeforeAll
    static void start() throws Exception {
        for (String state : List.of("server", "client")) {
            for (Map<String, NodeProcess> nodes : List.of(ones, twos)) {
                nodes.put(state, new NodeProcess(redis.uri(), "jakarta.faces.STATE_SAVING_METHOD=" + state));
            }
        }
    }

    @AfterAll
    static void stop() {
        ones.values().forEach(NodeProcess::close);
        twos.values().forEach(NodeProcess::close);
        redis.close();
    }

    private static int port(Map<String, NodeProcess> nodes, String state) throws Exception {
        return Objects.requireNonNull(nodes.get(state)).port();
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "client"})
    void viewThatOneNodeHasMadeGoesOnOnTheOther(String state) throws Exception {
        Visitor visitor = new Visitor();
        int one = port(ones, state);
        int two = port(twos, state);
        visitor.open(one);
        visitor.press(two, "order:mark150");
        assertThat(visitor.marks()).isEqualTo(1);
        visitor.press(one, "order:mark3");
        visitor.press(two, "order:save");
        assertThat(visitor.marks()).as("what only the view's state knows").isEqualTo(2);
        assertThat(visitor.text("steps")).as("the view scope").isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "client"})
    void whatChangesInABeanIsThereOnTheOtherNode(String state) throws Exception {
        Visitor visitor = new Visitor();
        int one = port(ones, state);
        int two = port(twos, state);
        visitor.open(one);
        visitor.fill("order:count150", "7").press(two, "order:save");
        visitor.fill("order:count3", "2").press(one, "order:mark3");
        visitor.open(two);
        assertThat(visitor.text("total")).isEqualTo("9");
        assertThat(visitor.text("order:remarks3")).isEqualTo("[marked at a total of 9]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "client"})
    void signInOnOneNodeGoOnOnTheOther(String state) throws Exception {
        Visitor visitor = new Visitor();
        int one = port(ones, state);
        int two = port(twos, state);
        visitor.open(one);
        Visitor thief = visitor.copy();
        visitor.fill("order:count0", "5").press(one, "order:save");
        assertThat(visitor.fill("account:name", "ada").press(two, "account:login"))
                .isEqualTo(302);
        visitor.open(one);
        assertThat(visitor.text("user")).isEqualTo("ada");
        assertThat(visitor.text("total")).isEqualTo("5");
        thief.open(one);
        assertThat(thief.text("user")).as("by a secret from before").isEqualTo("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "client"})
    void signOutOnOneNodeEndsItOnTheOtherAlsoForACopiedCookie(String state) throws Exception {
        Visitor visitor = new Visitor();
        int one = port(ones, state);
        int two = port(twos, state);
        visitor.open(one);
        visitor.fill("account:name", "ada").press(two, "account:login");
        visitor.open(one);
        visitor.fill("order:count0", "5").press(one, "order:save");
        Visitor thief = visitor.copy();
        visitor.press(two, "account:logout");
        for (Visitor who : new Visitor[] {visitor, thief}) {
            who.open(one);
            assertThat(who.text("user")).isEqualTo("nobody");
            assertThat(who.text("total")).isEqualTo("0");
        }
    }

    @Test
    void viewOfASessionThatHasEndedIsExpiredOnBothNodes() throws Exception {
        Visitor visitor = new Visitor();
        int one = port(ones, "server");
        int two = port(twos, "server");
        visitor.open(one);
        visitor.fill("order:count0", "5").press(one, "order:save");
        Visitor thief = visitor.copy();
        visitor.press(two, "account:logout");
        assertThat(thief.press(one, "order:save")).isEqualTo(500);
        assertThat(thief.press(two, "order:save")).isEqualTo(500);
    }
}
