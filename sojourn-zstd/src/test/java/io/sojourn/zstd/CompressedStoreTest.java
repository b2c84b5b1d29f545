package io.sojourn.zstd;

import static io.sojourn.zstd.Scene.assertHas;
import static io.sojourn.zstd.Scene.bytes;
import static io.sojourn.zstd.Scene.change;
import static io.sojourn.zstd.Scene.lengthy;
import static io.sojourn.zstd.Scene.load;
import static io.sojourn.zstd.Scene.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.SessionId;
import io.sojourn.testkit.FaultyStore;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is compressed, what is not, and how it lies in the store beneath. */
class CompressedStoreTest {

    private static final byte[] SHORT_RECORD = bytes("\u0001record");

    private final Scene scene = new Scene();

    @Test
    void longPartsAreCompressedEachByItself() {
        Map<String, byte[]> parts = Map.of("r", lengthy("\u0001r"), "a:x", lengthy("tea"), "a:y", lengthy("tea"));
        SessionId id = Scene.create(scene.store, parts);
        assertThat(scene.raw(id)).containsOnlyKeys("r", "z:x", "z:y");
        scene.raw(id).values().forEach(part -> assertThat(part).hasSizeLessThan(100));
        assertThat(scene.raw(id).get("z:x")).isEqualTo(scene.raw(id).get("z:y"));
        assertHas(load(scene.store, id), parts);
    }

    @Test
    void shortPartsStayAsTheyAre() {
        Map<String, byte[]> parts = Map.of("r", SHORT_RECORD, "a:x", new byte[CompressedStore.DEFAULT_THRESHOLD - 1]);
        SessionId id = Scene.create(scene.store, parts);
        assertHas(load(scene.beneath, id), parts);
        assertHas(load(scene.store, id), parts);
    }

    @Test
    void theThresholdCanBeSet() {
        CompressedStore store =
                CompressedStore.builder(scene.beneath).threshold(100).build();
        SessionId id = Scene.create(store, Map.of("r", new byte[100], "a:x", new byte[99]));
        assertThat(scene.raw(id)).containsOnlyKeys("r", "a:x");
        assertThat(scene.raw(id).get("r")).hasSizeLessThan(100);
    }

    @Test
    void aHigherLevelMakesItSmaller() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            text.append(i * 7_919 % 1_000).append(i % 3 == 0 ? "tea" : "biscuits");
        }
        Map<String, byte[]> parts = Map.of("r", bytes(text.toString()));
        SessionId fast =
                Scene.create(CompressedStore.builder(scene.beneath).level(1).build(), parts);
        SessionId small =
                Scene.create(CompressedStore.builder(scene.beneath).level(19).build(), parts);
        byte[] larger = scene.raw(fast).get("r");
        assertThat(larger).isNotNull();
        assertThat(scene.raw(small).get("r")).hasSizeLessThan(larger == null ? 0 : larger.length);
        assertHas(load(scene.store, small), parts);
    }

    @Test
    void whatWouldNotBeSmallerStaysAsItIs() {
        Map<String, byte[]> parts = Map.of("r", SHORT_RECORD, "a:x", noise(3_000));
        SessionId id = Scene.create(scene.store, parts);
        assertHas(load(scene.beneath, id), parts);
    }

    /** Or a node without this layer would read the record and take the attribute for absent. */
    @Test
    void aShortRecordIsMarkedIfAnAttributeIsCompressed() {
        Map<String, byte[]> parts = Map.of("r", SHORT_RECORD, "a:x", lengthy("tea"));
        SessionId id = Scene.create(scene.store, parts);
        assertThat(scene.raw(id)).containsOnlyKeys("r", "z:x");
        assertThat(Frame.isFramed(scene.raw(id).getOrDefault("r", new byte[0]))).isTrue();
        assertHas(load(scene.store, id), parts);
    }

    @Test
    void anAttributeBesideAnUnmarkedRecordIsNotCompressed() {
        SessionId id = Scene.create(scene.beneath, Map.of("r", SHORT_RECORD, "a:x", lengthy("tea")));
        change(scene.store, id, 1, Map.of("a:x", lengthy("jam")), Set.of());
        assertThat(scene.raw(id)).containsOnlyKeys("r", "a:x");
        change(scene.store, id, 2, Map.of("r", SHORT_RECORD, "a:y", lengthy("jam")), Set.of());
        assertThat(scene.raw(id)).containsOnlyKeys("r", "a:x", "z:y");
        change(scene.store, id, 3, Map.of("a:x", lengthy("tea")), Set.of());
        assertThat(scene.raw(id)).containsOnlyKeys("r", "z:x", "z:y");
        assertHas(load(scene.store, id), Map.of("r", SHORT_RECORD, "a:x", lengthy("tea"), "a:y", lengthy("jam")));
    }

    @Test
    void theMarkGoesWithTheLastCompressedPart() {
        SessionId id = Scene.create(scene.store, Map.of("r", SHORT_RECORD, "a:x", lengthy("tea")));
        change(scene.store, id, 1, Map.of("r", SHORT_RECORD), Set.of());
        assertThat(Frame.isFramed(scene.raw(id).getOrDefault("r", new byte[0]))).isTrue();
        change(scene.store, id, 2, Map.of("r", SHORT_RECORD), Set.of("a:x"));
        assertHas(load(scene.beneath, id), Map.of("r", SHORT_RECORD));
    }

    @Test
    void anAttributeChangesItsFormAndLeavesNothingBehind() {
        SessionId id = Scene.create(scene.store, Map.of("r", SHORT_RECORD, "a:x", lengthy("tea")));
        change(scene.store, id, 1, Map.of("a:x", bytes("short")), Set.of());
        assertThat(scene.raw(id)).containsOnlyKeys("r", "a:x");
        change(scene.store, id, 2, Map.of("a:x", lengthy("tea")), Set.of());
        assertThat(scene.raw(id)).containsOnlyKeys("r", "z:x");
    }

    @Test
    void aRecordThatLooksLikeAFrameComesBack() {
        byte[] lookalike = {(byte) Frame.FORMAT, 1, 2, 3};
        SessionId id = Scene.create(scene.store, Map.of("r", lookalike));
        assertHas(load(scene.store, id), Map.of("r", lookalike));
    }

    @Test
    void largeOnlyLeavesTheRecordAlone() {
        CompressedStore store =
                CompressedStore.builder(scene.beneath).largeOnly().build();
        SessionId alone = Scene.create(store, Map.of("r", lengthy("\u0001r")));
        assertHas(load(scene.beneath, alone), Map.of("r", lengthy("\u0001r")));
        SessionId id = Scene.create(store, Map.of("r", lengthy("\u0001r"), "a:x", lengthy("tea")));
        assertThat(scene.raw(id)).containsOnlyKeys("r", "z:x");
        assertThat(scene.raw(id).get("r")).hasSizeGreaterThan(lengthy("\u0001r").length);
    }

    @Test
    void someAttributesAreNeverCompressed() {
        CompressedStore store =
                CompressedStore.builder(scene.beneath).never("letter").build();
        SessionId id =
                Scene.create(store, Map.of("r", SHORT_RECORD, "a:letter", lengthy("dear"), "a:x", lengthy("tea")));
        assertThat(scene.raw(id)).containsOnlyKeys("r", "a:letter", "z:x");
    }

    @Test
    void theFirstOfTwoDeploysReadsAndDoesNotCompress() {
        CompressedStore first =
                CompressedStore.builder(scene.beneath).onlyRead().build();
        Map<String, byte[]> parts = Map.of("r", lengthy("\u0001r"), "a:x", lengthy("tea"));
        assertHas(load(scene.beneath, Scene.create(first, parts)), parts);
        SessionId id = Scene.create(scene.store, parts);
        assertHas(load(first, id), parts);
        change(first, id, 1, Map.of("r", SHORT_RECORD), Set.of());
        assertHas(load(scene.store, id), Map.of("r", SHORT_RECORD, "a:x", lengthy("tea")));
        change(first, id, 2, Map.of("a:x", lengthy("jam"), "r", SHORT_RECORD), Set.of());
        assertHas(load(scene.beneath, id), Map.of("r", SHORT_RECORD, "a:x", lengthy("jam")));
    }

    @Test
    void aWriteAfterALoadIsOneCommand() {
        FaultyStore counted = new FaultyStore(scene.beneath);
        CompressedStore store = CompressedStore.over(counted);
        SessionId id = Scene.create(store, Map.of("r", SHORT_RECORD, "a:x", lengthy("tea")));
        change(store, id, 1, Map.of("a:x", lengthy("jam")), Set.of());
        change(store, id, 2, Map.of("r", lengthy("\u0001r")), Set.of());
        assertThat(counted.calls()).isEqualTo(3);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        CompressedStore.Builder builder = CompressedStore.builder(scene.beneath);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threshold(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.level(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.level(20));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxBytes(0));
    }
}
