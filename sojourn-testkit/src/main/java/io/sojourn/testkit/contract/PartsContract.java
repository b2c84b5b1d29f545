package io.sojourn.testkit.contract;

import static io.sojourn.testkit.contract.StoreScene.bytes;
import static io.sojourn.testkit.contract.StoreScene.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Conflict;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Parts: bytes under names, of any content, each put, replaced, removed and left alone by itself. */
interface PartsContract extends StoreScene {

    @Test
    default void partsThatAreNotNamedStayAsTheyAre() {
        SessionId id = stored(LONG, Map.of("r", bytes("record"), "a:kept", bytes("kept"), "a:new", bytes("old")));
        commit(change(id, 1, 2, "a:new", "new"));
        assertStored(id, 2, T2, Map.of("r", bytes("record"), "a:kept", bytes("kept"), "a:new", bytes("new")));
    }

    @Test
    default void oneWritePutsReplacesAndRemoves() {
        SessionId id = stored(LONG, Map.of("r", bytes("record"), "a:gone", bytes("x"), "a:replaced", bytes("x")));
        commit(change(
                id, 1, 2, Map.of("a:replaced", bytes("y"), "a:added", bytes("z")), Set.of("a:gone", "a:never-there")));
        assertStored(id, 2, T2, Map.of("r", bytes("record"), "a:replaced", bytes("y"), "a:added", bytes("z")));
    }

    @Test
    default void aWriteMayPutNothingAndRemoveNothing() {
        SessionId id = stored();
        assertThat(commit(change(id, 1, 2, Map.of(), Set.of()))).isEqualTo(CommitResult.APPLIED);
        assertStored(id, 2, T2, Map.of("r", bytes("first")));
    }

    @Test
    default void aPartThatWasRemovedCanBePutAgain() {
        SessionId id = stored(LONG, Map.of("r", bytes("record"), "a:x", bytes("x")));
        commit(change(id, 1, 2, Map.of(), Set.of("a:x")));
        commit(change(id, 2, 3, "a:x", "again"));
        assertStored(id, 3, T2, Map.of("r", bytes("record"), "a:x", bytes("again")));
    }

    @Test
    default void anEmptyPartIsAPart() {
        Map<String, byte[]> parts = Map.of("r", bytes("record"), "a:empty", new byte[0]);
        assertStored(stored(LONG, parts), 1, T1, parts);
    }

    @Test
    default void everyByteComesBack() {
        byte[] all = new byte[3 * 256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Map<String, byte[]> parts = Map.of("r", all, "a:lines", bytes("\r\n$-1\r\n*0\r\n\0"));
        assertStored(stored(LONG, parts), 1, T1, parts);
    }

    @Test
    default void namesOfPartsAreAnyText() {
        Map<String, byte[]> parts = new HashMap<>();
        List<String> names = List.of(
                "",
                " ",
                "v",
                "t",
                "r",
                "a:",
                "\0",
                "\r\n",
                "'\"\\",
                "%s{}[]()*?",
                "Gr\u00f6\u00dfe",
                "Gro\u0308\u00dfe",
                "\u6ce8\u6587",
                "\ud83d\uded2",
                "\uffff",
                "cart",
                "Cart",
                "x".repeat(1_000));
        names.forEach(name -> parts.put("a:" + name, bytes("value of " + name)));
        SessionId id = stored(LONG, parts);
        assertStored(id, 1, T1, parts);
        Conflict conflict = (Conflict) commit(change(id, 7, 8, "r", "late"));
        StoreScene.assertIs(conflict.current(), 1, T1, parts);
        commit(change(id, 1, 2, Map.of("r", bytes("alone")), parts.keySet()));
        assertStored(id, 2, T2, Map.of("r", bytes("alone")));
    }

    @Test
    default void thousandsOfPartsFit() {
        Map<String, byte[]> parts = new HashMap<>();
        for (int i = 0; i < 2_500; i++) {
            parts.put("a:" + i, bytes("value " + i));
        }
        SessionId id = stored(LONG, parts);
        assertStored(id, 1, T1, parts);
        StoreScene.assertIs(((Conflict) commit(change(id, 7, 8, "r", "late"))).current(), 1, T1, parts);

        Set<String> all = new LinkedHashSet<>(parts.keySet());
        Map<String, byte[]> others = new HashMap<>();
        for (int i = 0; i < 2_500; i++) {
            others.put("a:other " + i, bytes("other " + i));
        }
        assertThat(commit(change(id, 1, 2, others, all))).isEqualTo(CommitResult.APPLIED);
        assertStored(id, 2, T2, others);
    }

    @Test
    default void aPartOfMegabytesFits() {
        byte[] large = new byte[5 * 1024 * 1024];
        new Random(1).nextBytes(large);
        Map<String, byte[]> parts = Map.of("r", bytes("record"), "a:large", large);
        SessionId id = stored(LONG, parts);
        assertStored(id, 1, T1, parts);
        StoreScene.assertIs(((Conflict) commit(change(id, 7, 8, "r", "late"))).current(), 1, T1, parts);
    }
}
