package io.sojourn.tink;

import static io.sojourn.tink.Scene.bytes;
import static io.sojourn.tink.Scene.change;
import static io.sojourn.tink.Scene.load;
import static io.sojourn.tink.Scene.newId;
import static io.sojourn.tink.Scene.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoredSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What somebody who writes to the store beneath can do, and what is noticed of it. */
class TamperTest {

    private final Scene scene = new Scene();

    /** Session 1 with all kinds of parts: record, attribute, and a manifest of its own. */
    private SessionId withAllParts() {
        SessionId id = scene.stored();
        change(scene.store, id, 1, 2, Map.of("a:cart", bytes("biscuits")), Set.of());
        assertThat(scene.raw(id).parts()).containsOnlyKeys("r", "x1", "m");
        return id;
    }

    private void plant(SessionId id, StoredSession like, String part, byte[] bytes) {
        Map<String, byte[]> parts = new HashMap<>(like.parts());
        parts.put(part, bytes);
        scene.plant(id, like.revision(), parts);
    }

    private static byte[] part(StoredSession stored, String name) {
        byte[] bytes = stored.parts().get(name);
        assertThat(bytes).isNotNull();
        return bytes == null ? new byte[0] : bytes;
    }

    @Test
    void everyFlippedBitOfEveryPartIsNoticed() {
        for (SessionId id : Set.of(scene.stored(), withAllParts())) {
            StoredSession stored = scene.raw(id);
            stored.parts().forEach((name, bytes) -> {
                for (int bit = 0; bit < bytes.length * 8; bit++) {
                    byte[] flipped = bytes.clone();
                    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                    plant(id, stored, name, flipped);
                    Scene.assertUnreadable(scene.store, id);
                }
            });
            scene.plant(id, stored.revision(), stored.parts());
            assertThat(load(scene.store, id).parts()).containsOnlyKeys("r", "a:cart");
        }
    }

    @Test
    void partsThatAreCutOffOrGoOnAreNoticed() {
        SessionId id = withAllParts();
        StoredSession stored = scene.raw(id);
        stored.parts().forEach((name, bytes) -> {
            for (int length = 0; length < bytes.length; length++) {
                plant(id, stored, name, Arrays.copyOf(bytes, length));
                Scene.assertUnreadable(scene.store, id);
            }
            plant(id, stored, name, Arrays.copyOf(bytes, bytes.length + 1));
            Scene.assertUnreadable(scene.store, id);
        });
    }

    @Test
    void anotherRevisionIsNoticed() {
        for (SessionId id : Set.of(scene.stored(), withAllParts())) {
            StoredSession stored = scene.raw(id);
            for (int bit = 0; bit < Long.SIZE; bit++) {
                long revision = stored.revision() ^ (1L << bit);
                if (revision != 0) {
                    scene.plant(id, revision, stored.parts());
                    Scene.assertUnreadable(scene.store, id);
                }
            }
        }
    }

    @Test
    void partsOfAnotherSessionAreNoticed() {
        SessionId ada = withAllParts();
        SessionId eve = withAllParts();
        StoredSession adas = scene.raw(ada);
        StoredSession eves = scene.raw(eve);
        assertThat(adas.revision()).isEqualTo(eves.revision());
        for (String name : adas.parts().keySet()) {
            plant(ada, adas, name, part(eves, name));
            Scene.assertUnreadable(scene.store, ada);
        }
        scene.plant(ada, eves.revision(), eves.parts());
        Scene.assertUnreadable(scene.store, ada);
    }

    @Test
    void partsInEachOthersPlaceAreNoticed() {
        SessionId id = newId();
        Scene.create(
                scene.store, id, 1, Map.of("r", bytes("record"), "a:role", bytes("user"), "a:name", bytes("admin")));
        StoredSession stored = scene.raw(id);
        for (String one : stored.parts().keySet()) {
            for (String other : stored.parts().keySet()) {
                if (!one.equals(other)) {
                    Map<String, byte[]> swapped = new HashMap<>(stored.parts());
                    swapped.put(one, part(stored, other));
                    swapped.put(other, part(stored, one));
                    scene.plant(id, 1, swapped);
                    Scene.assertUnreadable(scene.store, id);
                }
            }
        }
    }

    @Test
    void anOldAttributePutBackIsNoticed() {
        SessionId id = scene.stored();
        byte[] tea = part(scene.raw(id), "x1");
        change(scene.store, id, 1, 2, Map.of("a:cart", bytes("biscuits")), Set.of());
        plant(id, scene.raw(id), "x1", tea);
        Scene.assertUnreadable(scene.store, id);
    }

    @Test
    void anOldRecordPutBackIsNoticedEvenIfItsAttributesAreOlder() {
        SessionId id = scene.stored();
        byte[] record = part(scene.raw(id), "r");
        change(scene.store, id, 1, 2, Map.of("r", bytes("record 2")), Set.of());
        plant(id, scene.raw(id), "r", record);
        Scene.assertUnreadable(scene.store, id);
        change(scene.store, id, 2, 3, Map.of("a:cart", bytes("biscuits")), Set.of());
        plant(id, scene.raw(id), "r", record);
        Scene.assertUnreadable(scene.store, id);
    }

    @Test
    void anOldManifestPutBackIsNoticed() {
        SessionId id = withAllParts();
        byte[] manifest = part(scene.raw(id), "m");
        change(scene.store, id, 2, 3, Map.of("a:cart", bytes("jam")), Set.of());
        plant(id, scene.raw(id), "m", manifest);
        Scene.assertUnreadable(scene.store, id);
        change(scene.store, id, 3, 4, Map.of("r", bytes("record 4")), Set.of());
        plant(id, scene.raw(id), "m", manifest);
        Scene.assertUnreadable(scene.store, id);
    }

    @Test
    void partsLeftOutAreNoticed() {
        for (SessionId id : Set.of(scene.stored(), withAllParts())) {
            StoredSession stored = scene.raw(id);
            for (String name : stored.parts().keySet()) {
                Map<String, byte[]> fewer = new HashMap<>(stored.parts());
                fewer.remove(name);
                scene.plant(id, stored.revision(), fewer);
                Scene.assertUnreadable(scene.store, id);
            }
        }
    }

    @Test
    void partsAddedAreNoticed() {
        SessionId id = scene.stored();
        StoredSession stored = scene.raw(id);
        for (String name : Set.of("x2", "m", "a:cart", "a:role", "")) {
            plant(id, stored, name, part(stored, "x1"));
            Scene.assertUnreadable(scene.store, id);
        }
    }

    @Test
    void anAttributeThatWasRemovedCannotBePutBack() {
        SessionId id = scene.stored();
        byte[] tea = part(scene.raw(id), "x1");
        change(scene.store, id, 1, 2, Map.of("r", bytes("record 2")), Set.of("a:cart"));
        plant(id, scene.raw(id), "x1", tea);
        Scene.assertUnreadable(scene.store, id);
    }

    @Test
    void plaintextIsNotAccepted() {
        SessionId id = newId();
        scene.plant(id, 1, Map.of("r", bytes("\u0001 anybody")));
        Scene.assertUnreadable(scene.store, id);
        scene.plant(id, 1, Map.of("a:role", bytes("admin")));
        Scene.assertUnreadable(scene.store, id);
    }

    @Test
    void sessionsOfAnotherContextAreNotAccepted() {
        EncryptedStore shop = EncryptedStore.builder(scene.beneath, scene.keys)
                .context("shop")
                .build();
        EncryptedStore bank = EncryptedStore.builder(scene.beneath, scene.keys)
                .context("bank")
                .build();
        SessionId id = newId();
        Scene.create(shop, id, 1, Map.of("r", bytes("record")));
        assertThat(text(load(shop, id), "r")).isEqualTo("record");
        Scene.assertUnreadable(bank, id);
        Scene.assertUnreadable(scene.store, id);
    }

    /** The limit of what can be noticed, as documented. */
    @Test
    void aWholeStatePutBackIsNotNoticed() {
        SessionId id = scene.stored();
        StoredSession old = scene.raw(id);
        change(scene.store, id, 1, 2, Map.of("r", bytes("record 2")), Set.of());
        scene.plant(id, old.revision(), old.parts());
        assertThat(text(load(scene.store, id), "r")).isEqualTo("record 1");
    }

    @Test
    void aConflictWithAChangedSessionIsNoticed() {
        SessionId id = scene.stored();
        change(scene.store, id, 1, 2, Map.of("r", bytes("record 2")), Set.of());
        StoredSession stored = scene.raw(id);
        plant(id, stored, "r", part(stored, "x1"));
        assertThatThrownBy(() -> change(scene.store, id, 1, 3, Map.of("r", bytes("late")), Set.of()))
                .isInstanceOf(UnreadableSessionException.class);
        EncryptedStore other = EncryptedStore.over(scene.beneath, scene.keys);
        assertThatThrownBy(() -> change(other, id, 2, 3, Map.of("r", bytes("late")), Set.of()))
                .isInstanceOf(UnreadableSessionException.class);
        assertThat(scene.raw(id).revision()).isEqualTo(2);
    }

    @Test
    void noMessageHoldsWhatWasStored() {
        SessionId id = scene.stored();
        StoredSession stored = scene.raw(id);
        plant(id, stored, "r", bytes("secret text"));
        assertThatThrownBy(() -> load(scene.store, id))
                .hasMessageNotContaining("secret")
                .hasNoCause();
        plant(id, stored, "x1", part(stored, "r"));
        assertThatThrownBy(() -> load(scene.store, id))
                .hasMessageNotContaining("cart")
                .hasMessageNotContaining("record 1")
                .hasNoCause();
        assertThat(Scene.create(scene.store, newId(), 1, Map.of("r", bytes("fine"))))
                .isEqualTo(CommitResult.APPLIED);
    }
}
