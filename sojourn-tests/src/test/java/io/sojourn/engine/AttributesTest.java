package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.ValueNotAcceptedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Attributes within one request. */
class AttributesTest extends EngineTest {

    private final Session created = node.stored("list", new ArrayList<>(List.of(1, 2)));
    private final Session session = node.open(created.token());

    AttributesTest(Caller caller) {
        super(caller);
    }

    @Test
    void theSameInstanceComesBackWithinARequest() {
        List<Integer> first = session.get("list");
        assertThat(session.<List<Integer>>get("list")).isSameAs(first);
        assertThat(session.get("list", Object.class)).containsSame(first);
        assertThat(node.open(created.token()).<List<Integer>>get("list"))
                .isEqualTo(first)
                .isNotSameAs(first);
    }

    @Test
    void whatWasSetComesBackAsTheInstanceThatWasSet() {
        List<Integer> mine = new ArrayList<>(List.of(3));
        session.set("list", mine);
        assertThat(session.<List<Integer>>get("list")).isSameAs(mine);
        assertSaved(session);
        assertThat(session.<List<Integer>>get("list")).isSameAs(mine);
    }

    @Test
    void whatIsNotThereIsNull() {
        assertThat(session.<Object>get("absent")).isNull();
        assertThat(session.get("absent", String.class)).isEmpty();
        session.remove("absent");
        session.set("absent", null);
        assertUnchanged(session);
    }

    @Test
    void settingNullRemoves() {
        session.set("list", null);
        assertThat(session.<Object>get("list")).isNull();
        assertThat(session.names()).isEmpty();
        assertSaved(session);
        assertThat(node.open(created.token()).names()).isEmpty();
        assertThat(isStored(created.id())).isTrue();
    }

    @Test
    void removingAndSettingAgainIsAChangeOfValue() {
        session.remove("list");
        session.set("list", "text");
        assertThat(session.<String>get("list")).isEqualTo("text");
        assertSaved(session);
        assertThat(node.open(created.token()).<String>get("list")).isEqualTo("text");
    }

    @Test
    void takingAChangeBackIsNoChange() {
        session.set("a", 1);
        session.remove("a");
        session.remove("list");
        session.set("list", new ArrayList<>(List.of(1, 2)));
        assertUnchanged(session);
    }

    @Test
    void namesAreACopyInTheOrderInWhichTheyWereFirstSet() {
        session.set("z", 1);
        session.set("a", 2);
        session.set("z", 3);
        Set<String> names = session.names();
        assertThat(names).containsExactly("list", "z", "a");
        names.clear();
        assertThat(session.names()).containsExactly("list", "z", "a");
        assertSaved(session);
        assertThat(node.open(created.token()).names()).containsExactly("list", "z", "a");
    }

    @Test
    void aValueOfAnotherTypeIsReportedByName() {
        assertThatThrownBy(() -> session.get("list", String.class))
                .isInstanceOf(ClassCastException.class)
                .hasMessageContaining("\"list\"")
                .hasMessageContaining("ArrayList")
                .hasMessageContaining("String");
    }

    @Test
    void aNameIsAnyTextThatUtf8CanCarry() {
        for (String name :
                List.of("", " ", "v", "r", "a:r", "\0", "Gr\u00f6\u00dfe", "\ud83d\uded2", "x".repeat(5_000))) {
            session.set(name, name);
        }
        assertSaved(session);
        Session next = node.open(created.token());
        assertThat(next.names()).hasSize(10).allSatisfy(name -> {
            if (!name.equals("list")) {
                assertThat(next.<String>get(name)).isEqualTo(name);
            }
        });
        assertThatThrownBy(() -> session.set("half \ud83d", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void whatCannotBeStoredIsRefusedAtOnceAndTheOldValueStays() {
        Object notSerializable = new Object();
        assertThatThrownBy(() -> session.set("list", notSerializable))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining("\"list\"")
                .hasMessageContaining("java.lang.Object");
        assertThat(session.<List<Integer>>get("list")).containsExactly(1, 2);
        assertUnchanged(session);
    }

    @Test
    void theValueStoredIsThatOfTheTimeOfSaving() {
        List<Integer> inner = new ArrayList<>(List.of(1));
        session.set("map", Map.of("k", inner));
        inner.add(2);
        assertSaved(session);
        inner.add(3);
        assertThat(node.open(created.token()).<Object>get("map")).isEqualTo(Map.of("k", List.of(1, 2)));
        assertSaved(session);
        assertThat(node.open(created.token()).<Object>get("map")).isEqualTo(Map.of("k", List.of(1, 2, 3)));
    }

    @Test
    void oneInstanceUnderTwoNamesIsTwoAttributes() {
        Set<String> set = new HashSet<>(Set.of("x"));
        session.set("a", set);
        session.set("b", set);
        set.add("y");
        assertSaved(session);
        Session next = node.open(created.token());
        assertThat(next.<Set<String>>get("a")).containsExactlyInAnyOrder("x", "y");
        assertThat(next.<Set<String>>get("b"))
                .containsExactlyInAnyOrder("x", "y")
                .isNotSameAs(next.get("a"));
    }
}
