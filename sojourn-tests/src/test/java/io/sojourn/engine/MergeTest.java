package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionToken;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Parallel requests on one session: what each changed survives, attribute by attribute. */
class MergeTest extends EngineTest {

    private final SessionToken token = node.stored("old", "old").token();
    private final Session first = node.open(token);
    private final Session second = otherNode.open(token);

    MergeTest(Caller caller) {
        super(caller);
        heard.clear();
    }

    private Session now() {
        return node.open(token);
    }

    @Test
    void changesOfDifferentAttributesAllSurvive() {
        first.set("a", 1);
        first.remove("old");
        second.set("b", 2);
        assertThat(node.save(first)).isEqualTo(SaveOutcome.SAVED);
        assertThat(otherNode.save(second)).isEqualTo(SaveOutcome.SAVED);
        assertThat(now().names()).containsExactlyInAnyOrder("a", "b");
        assertThat(now().<Integer>get("a")).isEqualTo(1);
        assertThat(now().<Integer>get("b")).isEqualTo(2);
        assertThat(heard.events()).containsExactly("saved", "conflict", "saved");
    }

    @Test
    void ofTwoValuesTheLastOneWins() {
        first.set("old", "first");
        second.set("old", "second");
        node.save(first);
        otherNode.save(second);
        assertThat(now().<String>get("old")).isEqualTo("second");
    }

    @Test
    void aRemovalAfterAChangeWins() {
        first.set("old", "first");
        second.remove("old");
        node.save(first);
        otherNode.save(second);
        assertThat(now().names()).isEmpty();
    }

    @Test
    void aChangeAfterARemovalWins() {
        first.remove("old");
        second.set("old", "second");
        node.save(first);
        otherNode.save(second);
        assertThat(now().<String>get("old")).isEqualTo("second");
    }

    @Test
    void anAttributeThatWasOnlyReadIsNotWrittenBack() {
        first.set("old", "first");
        assertThat(second.<String>get("old")).isEqualTo("old");
        second.set("b", 2);
        node.save(first);
        otherNode.save(second);
        assertThat(now().<String>get("old")).isEqualTo("first");
    }

    @Test
    void settingTheValueThatWasLoadedIsNoChange() {
        first.set("old", "first");
        second.set("old", "old");
        node.save(first);
        assertThat(otherNode.save(second)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(now().<String>get("old")).isEqualTo("first");
    }

    @Test
    void theHeaderIsChangedOnlyWhereARequestChangedIt() {
        first.setIdleTimeout(Duration.ofMinutes(5));
        second.set("b", 2);
        node.save(first);
        otherNode.save(second);
        assertThat(now().idleTimeout()).isEqualTo(Duration.ofMinutes(5));

        Session third = node.open(token);
        Session fourth = otherNode.open(token);
        third.setIdleTimeout(Duration.ofMinutes(7));
        fourth.label("browser", "Lynx");
        otherNode.save(fourth);
        assertThat(node.save(third)).isEqualTo(SaveOutcome.SAVED);
        assertThat(now().idleTimeout()).isEqualTo(Duration.ofMinutes(7));
        assertThat(now().labels()).containsEntry("browser", "Lynx");
    }

    @Test
    void aLargeAttributeMergesLikeASmallOne() {
        String large = "x".repeat(5_000);
        first.set("large", large);
        second.set("b", 2);
        node.save(first);
        otherNode.save(second);
        assertThat(now().<String>get("large")).isEqualTo(large);

        Session third = node.open(token);
        Session fourth = otherNode.open(token);
        third.remove("large");
        fourth.set("large", large + "y");
        node.save(third);
        otherNode.save(fourth);
        assertThat(now().<String>get("large")).isEqualTo(large + "y");
    }

    @Test
    void afterSavingTheSessionShowsWhatOthersSaved() {
        first.set("a", 1);
        node.save(first);
        second.set("b", 2);
        otherNode.save(second);
        assertThat(second.<Integer>get("a")).isEqualTo(1);
        assertThat(otherNode.save(second)).isEqualTo(SaveOutcome.UNCHANGED);
    }

    @Test
    void namesAloneHandNothingOut() {
        assertThat(second.names()).containsExactly("old");
        first.set("old", "first");
        node.save(first);
        second.set("b", 2);
        otherNode.save(second);
        assertThat(second.<String>get("old")).isEqualTo("first");
    }

    @Test
    void whatWasHandedOutStaysTheSameInstanceAfterSaving() {
        List<Integer> list = IntStream.range(0, 3).boxed().toList();
        first.set("list", list);
        node.save(first);
        Session third = node.open(token);
        List<Integer> before = third.get("list");
        Session fourth = otherNode.open(token);
        fourth.set("list", List.of(9));
        otherNode.save(fourth);
        third.set("c", 3);
        node.save(third);
        assertThat(third.<List<Integer>>get("list")).isSameAs(before);
        assertThat(now().<List<Integer>>get("list")).containsExactly(9);
    }

    @Test
    void requestsThatSaveTwiceMergeTwice() {
        first.set("a", 1);
        node.save(first);
        second.set("b", 2);
        otherNode.save(second);
        first.set("c", 3);
        node.save(first);
        second.remove("a");
        otherNode.save(second);
        assertThat(now().names()).containsExactlyInAnyOrder("old", "b", "c");
    }
}
