package io.sojourn.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.spi.SessionStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Requests on one session at the same time, in each order in which the store can answer them: no change that was acknowledged is
 * lost, no session outlives its end, one secret opens it, no request sees what belongs to another user, and an index misses
 * no session. A failure shows the steps, and the text with which {@code -Drace="…"} runs them again.
 */
@Tag("any-jdk")
class RacesTest {

    private static final Logger LOG = System.getLogger(RacesTest.class.getName());

    /** So many orders of one scenario in a normal run. */
    private static final int SOME = 10;

    private static final int RANDOM_RACES = 1_500;

    private static List<List<Kind>> threes() {
        List<List<Kind>> all = new ArrayList<>();
        for (Kind a : Kind.values()) {
            for (Kind b : Kind.values()) {
                for (Kind c : Kind.values()) {
                    if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
                        all.add(List.of(a, b, c));
                    }
                }
            }
        }
        return all;
    }

    /** Orders of three requests, of a user and of a visitor: some at random, or every one. */
    private static void explore(int nodes, boolean every) {
        long runs = 0;
        for (List<Kind> kinds : threes()) {
            for (boolean signedIn : new boolean[] {true, false}) {
                Scenario scenario = new Scenario(kinds, nodes, signedIn, true, true, false);
                if (every) {
                    Explorer explorer = new Explorer(scenario, UnaryOperator.identity());
                    assertThat(explorer.failure()).isNull();
                    runs += explorer.runs();
                } else {
                    Scenario entering = new Scenario(kinds, nodes, signedIn, true, true, true);
                    for (int seed = 0; seed < SOME; seed++) {
                        assertThat(Explorer.random(scenario, seed, 0, UnaryOperator.identity()))
                                .isNull();
                        assertThat(Explorer.random(entering, seed, 0, UnaryOperator.identity()))
                                .isNull();
                        runs += 2;
                    }
                }
            }
        }
        LOG.log(Level.INFO, "{0} orders on {1} nodes", runs, nodes);
    }

    @Test
    void threeRequestsOnNodesOfTheirOwnInManyOrders() {
        explore(3, false);
    }

    @Test
    void threeRequestsOnOneNodeInManyOrders() {
        explore(1, false);
    }

    @Test
    @Tag("full")
    @Timeout(1_200)
    void threeRequestsOnNodesOfTheirOwnInEveryOrder() {
        explore(3, true);
    }

    @Test
    @Tag("full")
    @Timeout(1_200)
    void threeRequestsOnOneNodeInEveryOrder() {
        explore(1, true);
    }

    private static @Nullable String random(int races, int oneLostIn, UnaryOperator<SessionStore> fault) {
        Kind[] kinds = Kind.values();
        for (int race = 0; race < races; race++) {
            Random random = new Random(race);
            List<Kind> six = random.ints(6, 0, kinds.length)
                    .mapToObj(kind -> kinds[kind])
                    .toList();
            Scenario scenario = new Scenario(
                    six,
                    1 + random.nextInt(3),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean());
            String failure = Explorer.random(scenario, race, oneLostIn, fault);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    @Test
    void sixRequestsInOrdersAtRandom() {
        assertThat(random(RANDOM_RACES, 0, UnaryOperator.identity())).isNull();
    }

    @Test
    void sixRequestsInOrdersAtRandomWhileAnswersAreLost() {
        assertThat(random(RANDOM_RACES, 15, UnaryOperator.identity())).isNull();
    }

    @Test
    @Tag("full")
    @Timeout(1_200)
    void sixRequestsInManyMoreOrders() {
        assertThat(random(200_000, 0, UnaryOperator.identity())).isNull();
        assertThat(random(200_000, 15, UnaryOperator.identity())).isNull();
    }

    @Test
    void aStoreThatForgetsConflictsIsFoundOutAndItsScheduleFailsAgain() {
        Scenario scenario = new Scenario(List.of(Kind.UPDATE, Kind.UPDATE), 2, true, true, true, false);
        String failure = String.valueOf(new Explorer(scenario, ForgetfulStore::new).failure());
        assertThat(failure).contains("element is there 0 times", "-Drace=\"UPDATE+UPDATE 2 true true true false: ");
        String text = failure.substring(failure.indexOf("-Drace=\"") + 8, failure.length() - 1);
        assertThat(Explorer.again(Schedule.parse(text), ForgetfulStore::new)).contains("element is there 0 times");
        assertThat(Explorer.again(Schedule.parse(text), UnaryOperator.identity()))
                .isNull();
    }

    @Test
    void aStoreThatForgetsConflictsIsFoundOutAtRandom() {
        assertThat(random(RANDOM_RACES, 0, ForgetfulStore::new)).isNotNull();
    }

    /** As a failure says it. */
    @Test
    @EnabledIfSystemProperty(named = "race", matches = ".+")
    void theGivenOrder() {
        assertThat(Explorer.again(Schedule.parse(System.getProperty("race")), UnaryOperator.identity()))
                .isNull();
    }
}
