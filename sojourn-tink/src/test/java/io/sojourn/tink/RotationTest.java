package io.sojourn.tink;

import static io.sojourn.tink.Scene.bytes;
import static io.sojourn.tink.Scene.change;
import static io.sojourn.tink.Scene.load;
import static io.sojourn.tink.Scene.newId;
import static io.sojourn.tink.Scene.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.memory.MemoryStore;
import io.sojourn.testkit.FaultyStore;
import io.sojourn.testkit.FaultyStore.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keyset is rotated, step by step as documented, while two nodes work on the same sessions. */
class RotationTest {

    private final FaultyStore beneath = new FaultyStore(new MemoryStore());

    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("keys.json");
    }

    /** What a node read that was started at this stage. */
    private SessionKeys keysNow() {
        return SessionKeys.file(file());
    }

    private void bothRead(EncryptedStore first, EncryptedStore second, Set<SessionId> ids) {
        for (SessionId id : ids) {
            assertThat(load(first, id).parts()).containsOnlyKeys("r", "a:cart");
            assertThat(text(load(second, id), "a:cart")).isEqualTo(text(load(first, id), "a:cart"));
        }
    }

    private static SessionId newSession(EncryptedStore by) {
        SessionId id = newId();
        Scene.create(by, id, 1, Map.of("r", bytes("record"), "a:cart", bytes("tea")));
        return id;
    }

    @Test
    void noNodeLosesASessionAtAnyStep() {
        KeysetFile keyset = new KeysetFile(file());
        int first = keyset.create();
        EncryptedStore one = EncryptedStore.over(beneath, keysNow());
        EncryptedStore two = EncryptedStore.over(beneath, keysNow());
        SessionId oldest = newSession(one);

        int second = keyset.add();
        one.replaceKeys(keysNow());
        SessionId ofOne = newSession(one);
        SessionId ofTwo = newSession(two);
        bothRead(one, two, Set.of(oldest, ofOne, ofTwo));
        two.replaceKeys(keysNow());

        keyset.promote(second);
        two.replaceKeys(keysNow());
        SessionId ofNew = newSession(two);
        SessionId ofOld = newSession(one);
        bothRead(one, two, Set.of(oldest, ofOne, ofTwo, ofNew, ofOld));
        one.replaceKeys(keysNow());

        for (SessionId id : Set.of(oldest, ofOne, ofTwo, ofOld)) {
            change(one, id, 1, 2, Map.of("r", bytes("record")), Set.of());
        }
        keyset.remove(first);
        one.replaceKeys(keysNow());
        two.replaceKeys(keysNow());
        bothRead(one, two, Set.of(oldest, ofOne, ofTwo, ofNew, ofOld));
    }

    @Test
    void theNextWriteEncryptsAllPartsWithTheNewKeyForOneLoadMore() {
        KeysetFile keyset = new KeysetFile(file());
        keyset.create();
        EncryptedStore old = EncryptedStore.over(beneath, keysNow());
        SessionId id = newSession(old);
        keyset.promote(keyset.add());
        SessionKeys rotated = keysNow();
        EncryptedStore store = EncryptedStore.over(beneath, rotated);
        load(store, id);

        beneath.resetCalls();
        change(store, id, 1, 2, Map.of("r", bytes("record 2")), Set.of());
        assertThat(beneath.calls(Operation.LOAD)).isEqualTo(1);
        Seal seal = new Seal(rotated, "");
        load(beneath, id)
                .parts()
                .forEach((name, part) ->
                        assertThat(seal.isOutdated(part)).as(name).isFalse());
        assertThat(text(load(store, id), "a:cart")).isEqualTo("tea");

        beneath.resetCalls();
        change(store, id, 2, 3, Map.of("r", bytes("record 3")), Set.of());
        assertThat(beneath.calls()).isEqualTo(1);
    }

    @Test
    void aSessionWithoutLargeAttributesCostsNoLoadMore() {
        KeysetFile keyset = new KeysetFile(file());
        keyset.create();
        SessionId id = newId();
        Scene.create(EncryptedStore.over(beneath, keysNow()), id, 1, Map.of("r", bytes("record")));
        keyset.promote(keyset.add());
        EncryptedStore store = EncryptedStore.over(beneath, keysNow());
        load(store, id);
        beneath.resetCalls();
        change(store, id, 1, 2, Map.of("r", bytes("record 2")), Set.of());
        assertThat(beneath.calls()).isEqualTo(1);
    }

    @Test
    void aNodeThatMissesTheNewKeySaysSo() throws Exception {
        KeysetFile keyset = new KeysetFile(file());
        keyset.create();
        Path copy = folder.resolve("copy.json");
        Files.copy(file(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        int second = keyset.add();
        keyset.promote(second);
        SessionId id = newSession(EncryptedStore.over(beneath, keysNow()));
        EncryptedStore behind = EncryptedStore.over(beneath, SessionKeys.file(copy));
        assertThatThrownBy(() -> load(behind, id)).hasMessageContaining("key " + Integer.toUnsignedString(second));
    }
}
