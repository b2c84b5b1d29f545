package io.sojourn.zstd;

import static io.sojourn.zstd.Scene.bytes;
import static io.sojourn.zstd.Scene.lengthy;
import static io.sojourn.zstd.Scene.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.sojourn.SessionId;
import io.sojourn.UnreadableSessionException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What lies in the store is not what this layer wrote. */
class HostileFramesTest {

    private static final int MIB = 1024 * 1024;

    private final Scene scene = new Scene();

    private static byte[] frame(byte[] zstandard) {
        byte[] framed = new byte[zstandard.length + 2];
        framed[0] = (byte) Frame.FORMAT;
        framed[1] = 1;
        System.arraycopy(zstandard, 0, framed, 2, zstandard.length);
        return framed;
    }

    private SessionId planted(byte[] record) {
        return Scene.create(scene.beneath, Map.of("r", record));
    }

    @Test
    void aSmallValueThatIsHugeInsideIsRefusedByItsDeclaredSize() {
        byte[] bomb = frame(Zstd.compress(new byte[64 * MIB]));
        assertThat(bomb).hasSizeLessThan(10_000);
        SessionId id = planted(bomb);
        assertThatThrownBy(() -> load(scene.store, id))
                .isInstanceOf(UnreadableSessionException.class)
                .hasMessageContaining("maxBytes");
    }

    @Test
    void aValueThatDeclaresLessThanThereIsIsRefused() {
        byte[] zstandard = Zstd.compress(new byte[300]);
        // RFC 8878, 3.1.1.1: magic (4), descriptor: two bytes of content size, less 256, in one segment.
        assertThat(zstandard[4] & 0xe0).isEqualTo(0x60);
        assertThat(zstandard[5]).isEqualTo((byte) (300 - 256));
        zstandard[5] = 0;
        Scene.assertUnreadable(scene.store, planted(frame(zstandard)));
        zstandard[5] = 127;
        Scene.assertUnreadable(scene.store, planted(frame(zstandard)));
        zstandard[5] = 300 - 256;
        assertThat(load(scene.store, planted(frame(zstandard))).parts().get("r"))
                .isEqualTo(new byte[300]);
    }

    @Test
    void aValueThatDeclaresNothingIsRefused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream stream = new ZstdOutputStream(out)) {
            stream.write(new byte[1_000]);
        }
        Scene.assertUnreadable(scene.store, planted(frame(out.toByteArray())));
    }

    @Test
    void manyPartsShareOneLimit() {
        Map<String, byte[]> parts = new HashMap<>();
        byte[] mebibyte = frame(Zstd.compress(new byte[MIB]));
        parts.put("r", frame(Zstd.compress(new byte[MIB])));
        for (int i = 1; i < 16; i++) {
            parts.put("z:" + i, mebibyte);
        }
        SessionId id = Scene.create(scene.beneath, parts);
        assertThat(load(scene.store, id).parts()).hasSize(16);
        parts.put("z:more", mebibyte);
        Scene.assertUnreadable(scene.store, Scene.create(scene.beneath, parts));
    }

    @Test
    void whatWouldBeOverTheLimitIsNotCompressed() {
        CompressedStore store =
                CompressedStore.builder(scene.beneath).maxBytes(10_000).build();
        Map<String, byte[]> parts = Map.of(
                "r", bytes("\u0001record"), "a:x", new byte[6_000], "a:y", new byte[6_000], "a:z", new byte[20_000]);
        SessionId id = Scene.create(store, parts);
        assertThat(scene.raw(id)).hasSize(4).containsKeys("a:z");
        Scene.assertHas(load(store, id), parts);
        Scene.change(store, id, 1, Map.of("r", new byte[9_000]), Set.of());
        assertThat(load(store, id).parts().get("r")).hasSize(9_000);
    }

    @Test
    void twoFramesAndTrailingBytesAreRefused() {
        byte[] one = Zstd.compress(lengthy("tea"));
        byte[] two = Arrays.copyOf(one, one.length * 2);
        System.arraycopy(one, 0, two, one.length, one.length);
        Scene.assertUnreadable(scene.store, planted(frame(two)));
        Scene.assertUnreadable(scene.store, planted(frame(Arrays.copyOf(one, one.length + 1))));
        for (int length = 0; length < one.length; length++) {
            Scene.assertUnreadable(scene.store, planted(frame(Arrays.copyOf(one, length))));
        }
    }

    @Test
    void anUnknownWayIsRefused() {
        SessionId id = planted(new byte[] {(byte) Frame.FORMAT, 2, 0});
        assertThatThrownBy(() -> load(scene.store, id)).hasMessageContaining("way 2");
        Scene.assertUnreadable(scene.store, planted(new byte[] {(byte) Frame.FORMAT}));
    }

    @Test
    void aCompressedPartBesideAnUnmarkedRecordIsRefused() {
        byte[] tea = frame(Zstd.compress(lengthy("tea")));
        Scene.assertUnreadable(
                scene.store, Scene.create(scene.beneath, Map.of("r", bytes("\u0001record"), "z:x", tea)));
        byte[] record = frame(Zstd.compress(lengthy("\u0001r")));
        Scene.assertUnreadable(
                scene.store, Scene.create(scene.beneath, Map.of("r", record, "z:x", tea, "a:x", bytes("which?"))));
        Scene.assertUnreadable(scene.store, Scene.create(scene.beneath, Map.of("r", record, "z:x", bytes("no frame"))));
    }

    /** Nothing but the one exception, whichever bit is wrong; and nothing larger than the limit. */
    @Test
    void everyFlippedBitIsRefusedOrHarmless() {
        CompressedStore store =
                CompressedStore.builder(scene.beneath).maxBytes(100_000).build();
        byte[] compressed = frame(Zstd.compress(lengthy("tea and biscuits")));
        for (int bit = 0; bit < compressed.length * 8; bit++) {
            byte[] flipped = compressed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertRefusedOrSmall(store, flipped);
        }
    }

    @Property(tries = 1_000)
    void anyBytesAreRefusedOrHarmless(@ForAll byte[] bytes) {
        assertRefusedOrSmall(
                CompressedStore.builder(scene.beneath).maxBytes(100_000).build(), frame(bytes));
    }

    private void assertRefusedOrSmall(CompressedStore store, byte[] record) {
        SessionId id = planted(record);
        try {
            assertThat(load(store, id).parts().get("r")).hasSizeLessThanOrEqualTo(100_000);
        } catch (UnreadableSessionException e) {
            assertThat(e).hasNoCause();
        }
        Scene.answer(scene.beneath.delete(id));
    }
}
