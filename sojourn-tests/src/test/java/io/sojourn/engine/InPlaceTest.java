package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SaveOutcome;
import io.sojourn.Session;
import io.sojourn.SessionLimitException;
import io.sojourn.StoreUnavailableException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spi.AttributeCodec;
import io.sojourn.testkit.FaultyStore.Operation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Values that are changed inside, without a call of {@code set}. */
class InPlaceTest extends EngineTest {

    record Cart(String owner, List<String> items) implements Serializable {}

    InPlaceTest(Caller caller) {
        super(caller);
    }

    private Session reopened(String name, Object value) {
        return node.open(node.stored(name, value).token());
    }

    private static <T> List<T> list(Session session) {
        return value(session, "list");
    }

    private Session next(Session session) {
        return node.open(session.token());
    }

    @Test
    void aListThatGrewIsSaved() {
        Session session = reopened("list", new ArrayList<>(List.of("a")));
        list(session).add("b");
        assertSaved(session);
        assertThat(next(session).<List<String>>get("list")).containsExactly("a", "b");
    }

    @Test
    void aMapInAMapThatChangedIsSaved() {
        Map<String, Map<String, Integer>> outer = new HashMap<>();
        outer.put("inner", new HashMap<>(Map.of("n", 1)));
        Session session = reopened("map", outer);
        Map<String, Map<String, Integer>> map = value(session, "map");
        map.computeIfPresent("inner", (key, inner) -> {
            inner.put("n", 2);
            return inner;
        });
        assertSaved(session);
        assertThat(next(session).<Map<String, Map<String, Integer>>>get("map"))
                .isEqualTo(Map.of("inner", Map.of("n", 2)));
    }

    @Test
    void aRecordWhoseComponentChangedIsSaved() {
        Session session = reopened("cart", new Cart("ada", new ArrayList<>()));
        Cart cart = value(session, "cart");
        cart.items().add("apples");
        assertSaved(session);
        assertThat(next(session).<Cart>get("cart")).isEqualTo(new Cart("ada", List.of("apples")));
    }

    @Test
    void anArrayThatChangedIsSaved() {
        Session session = reopened("bytes", new byte[] {1, 2});
        byte[] bytes = value(session, "bytes");
        bytes[0] = 9;
        assertSaved(session);
        assertThat(next(session).<byte[]>get("bytes")).containsExactly(9, 2);
    }

    @Test
    void aValueThatWasSetAndThenChangedIsSavedAsItIsNow() {
        Session session = node.create();
        List<String> list = new ArrayList<>(List.of("a"));
        session.set("list", list);
        list.add("b");
        assertSaved(session);
        list.add("c");
        assertSaved(session);
        assertThat(next(session).<List<String>>get("list")).containsExactly("a", "b", "c");
        assertUnchanged(session);
    }

    @Test
    void aValueThatWasOnlyReadIsNotWritten() {
        Session session = reopened("list", new ArrayList<>(List.of("a")));
        assertThat(session.<List<String>>get("list")).hasSize(1);
        assertUnchanged(session);
    }

    @Test
    void aChangeThatWasTakenBackIsNotWritten() {
        Session session = reopened("list", new ArrayList<>(List.of("a")));
        List<String> list = value(session, "list");
        list.add("b");
        list.remove("b");
        assertUnchanged(session);
    }

    @Test
    void aHashSetThatListsItsElementsInAnotherOrderIsNotWritten() {
        Set<Integer> set = new HashSet<>(1 << 12);
        for (int i = 0; i < 200; i++) {
            set.add(i * 64 + i % 7);
        }
        // Elements and order alone, as most formats have it: the set that is decoded has another capacity.
        AttributeCodec elements = AttributeCodec.ofText(
                value -> ((Set<?>) value).stream().map(Object::toString).collect(Collectors.joining(",")),
                text -> Arrays.stream(text.split(",", -1))
                        .map(Integer::valueOf)
                        .collect(Collectors.toCollection(HashSet::new)));
        Node plain = node(settings -> settings.codec(elements));
        Session session = plain.open(plain.stored("set", set).token());
        Set<Integer> read = value(session, "set");
        assertThat(read).isEqualTo(set);
        assertThat(elements.encode("set", read)).isNotEqualTo(elements.encode("set", set));
        assertThat(plain.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        read.add(-1);
        assertThat(plain.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(plain.open(session.token()).<Set<Integer>>get("set"))
                .contains(-1)
                .hasSize(201);
    }

    @Test
    void aValueOfAnotherCodecIsNotWrittenUntilItChanges() {
        Node old = node(settings -> settings.codec(Serialization.codec(41)));
        Node young = node(settings -> settings.codec(Serialization.codec(42)).alsoRead(Serialization.codec(41)));
        Session session =
                young.open(old.stored("list", new ArrayList<>(List.of("a"))).token());
        List<String> list = value(session, "list");
        assertThat(young.save(session)).isEqualTo(SaveOutcome.UNCHANGED);
        list.add("b");
        assertThat(young.save(session)).isEqualTo(SaveOutcome.SAVED);
        assertThat(young.open(session.token()).<List<String>>get("list")).containsExactly("a", "b");
        assertThat(old.open(session.token()).<Object>get("list")).isNull();
    }

    @Test
    void aValueThatBecameUnstorableFailsTheSaveAndWritesNothing() {
        Session session = reopened("list", new ArrayList<Object>(List.of("a")));
        list(session).add(new Object());
        session.set("other", 1);
        assertThatThrownBy(() -> node.save(session))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining("\"list\"");
        assertThat(next(session).names()).containsExactly("list");
        list(session).remove(1);
        assertSaved(session);
        assertThat(next(session).names()).containsExactly("list", "other");
    }

    @Test
    void aValueThatGrewOverTheLimitFailsTheSaveAndWritesNothing() {
        Node small = node(settings -> settings.maxAttributeBytes(200));
        Session session =
                small.open(small.stored("list", new ArrayList<>(List.of("a"))).token());
        list(session).add("x".repeat(300));
        assertThatThrownBy(() -> small.save(session))
                .isInstanceOf(SessionLimitException.class)
                .hasMessageContaining("\"list\"");
        assertThat(next(session).<List<String>>get("list")).containsExactly("a");
    }

    @Test
    void aChangeInPlaceLosesNothingThatAnotherRequestDidToOthers() {
        Session session = reopened("list", new ArrayList<>(List.of("a")));
        Session other = otherNode.open(session.token());
        list(session).add("b");
        other.set("x", 1);
        otherNode.save(other);
        assertSaved(session);
        assertThat(next(session).names()).containsExactly("list", "x");
        assertThat(next(session).<List<String>>get("list")).containsExactly("a", "b");
    }

    @Test
    void aChangeInPlaceWhoseSaveFailedIsSavedTheNextTime() {
        Session session = reopened("list", new ArrayList<>(List.of("a")));
        list(session).add("b");
        store.failNext(Operation.COMMIT);
        assertThatThrownBy(() -> node.save(session)).isInstanceOf(StoreUnavailableException.class);
        assertSaved(session);
        assertThat(next(session).<List<String>>get("list")).containsExactly("a", "b");
    }

    @Test
    void aRemovedValueMayChangeAsItLikes() {
        Session session = reopened("list", new ArrayList<>(List.of("a")));
        List<String> list = value(session, "list");
        session.remove("list");
        list.add("b");
        assertSaved(session);
        assertThat(next(session).names()).isEmpty();
    }

    @Test
    void valuesThatCannotChangeAreNotEncodedAgain() {
        int[] encoded = {0};
        AttributeCodec counting = AttributeCodec.of(
                value -> {
                    encoded[0]++;
                    return Serialization.encode(value);
                },
                Serialization::decode);
        Node counted = node(settings -> settings.codec(counting));
        Session session = counted.create();
        session.set("text", "a");
        session.set("number", 1);
        session.set("time", java.time.Instant.EPOCH);
        counted.save(session);
        Session next = counted.open(session.token());
        next.get("text", String.class);
        next.get("number", Integer.class);
        next.get("time", java.time.Instant.class);
        assertThat(counted.save(next)).isEqualTo(SaveOutcome.UNCHANGED);
        assertThat(encoded[0]).isEqualTo(3);
    }

    private static byte firstByte(Node by, Session session) {
        byte[] bytes = value(by.open(session.token()), "bytes");
        return bytes[0];
    }

    @Test
    void aCodecThatHandsOutItsOwnArrayHidesNoChange() {
        // The value is the encoding: what is stored for it is exactly these bytes.
        Node raw = node(settings -> settings.codec(AttributeCodec.of(value -> (byte[]) value, bytes -> bytes)));
        for (int size : new int[] {10, 5_000}) {
            byte[] bytes = new byte[size];
            Session session = raw.stored("bytes", bytes);
            bytes[0] = 1;
            assertThat(firstByte(raw, session)).isEqualTo((byte) 0);
            assertThat(raw.save(session)).isEqualTo(SaveOutcome.SAVED);
            Session next = raw.open(session.token());
            byte[] read = value(next, "bytes");
            assertThat(read[0]).isEqualTo((byte) 1);
            read[0] = 2;
            assertThat(firstByte(raw, session)).isEqualTo((byte) 1);
            assertThat(raw.save(next)).isEqualTo(SaveOutcome.SAVED);
            assertThat(firstByte(raw, session)).isEqualTo((byte) 2);
        }
    }
}
