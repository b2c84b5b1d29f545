package io.sojourn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sojourn.memory.MemoryStore;
import io.sojourn.zstd.CompressedStore;
import java.util.List;
import java.util.Map;

/** A frame gives no more than the store is told to take, or is unreadable. */
class CompressedFuzzTest {

    private static final int MAX_BYTES = 100_000;

    private static final MemoryStore BENEATH = new MemoryStore();
    private static final CompressedStore STORE =
            CompressedStore.builder(BENEATH).maxBytes(MAX_BYTES).build();

    @FuzzTest(maxDuration = "1m")
    void frame(byte[] input) {
        for (Map<String, byte[]> parts : List.of(
                Map.of("r", input), Map.of("r", new byte[] {1}, "z:a", input), Map.of("r", input, "a:b", input))) {
            Planted.in(BENEATH, parts);
            Planted.read(STORE)
                    .ifPresent(read -> read.parts()
                            .values()
                            .forEach(part ->
                                    assertThat(part.length).isLessThanOrEqualTo(Math.max(MAX_BYTES, input.length))));
        }
    }
}
