package io.sojourn.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/** Histories at random: right ones are accepted, and with one change of a kind they are refused for that kind. */
@Tag("any-jdk")
class SimulatedHistoriesTest {

    private static final HistoryChecker CHECKER = new HistoryChecker(Duration.ZERO);

    @Property(tries = 500)
    void whatACorrectRegisterDoesIsAccepted(@ForAll long seed) {
        assertThat(CHECKER.check(SimulatedRegister.history(seed)).findings()).isEmpty();
    }

    @Property(tries = 1_000, maxDiscardRatio = 20)
    void oneChangeOfAKindIsRefusedForThatKind(@ForAll long seed, @ForAll Mutation mutation) {
        RecordedHistory right = SimulatedRegister.history(seed);
        RecordedHistory wrong = mutation.of(right, new Random(seed)).orElse(right);
        Assume.that(!wrong.equals(right));
        List<HistoryFinding> findings = CHECKER.check(wrong).findings();
        assertThat(findings).extracting(HistoryFinding::fault).contains(mutation.fault());
        assertThat(findings).allMatch(HistoryFinding::isUnexplained);
    }
}
