package io.sojourn.zstd;

import io.sojourn.SessionId;
import io.sojourn.memory.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Three nodes, one that only reads what is compressed and one that leaves records alone, against a plain map. */
class ModelTest {

    /** What a write does. */
    record Step(int node, boolean readsFirst, Map<String, byte[]> put, Set<String> remove) {}

    @Property(tries = 300)
    void whatIsWrittenIsReadByEveryNode(@ForAll("steps") List<Step> steps) {
        var beneath = new MemoryStore();
        List<CompressedStore> nodes = List.of(
                CompressedStore.builder(beneath).threshold(4).build(),
                CompressedStore.builder(beneath).onlyRead().build(),
                CompressedStore.builder(beneath)
                        .threshold(4)
                        .largeOnly()
                        .never("y")
                        .build());
        Map<String, byte[]> model = new TreeMap<>(Map.of("r", new byte[] {1}));
        SessionId id = Scene.create(nodes.get(0), Map.copyOf(model));
        long revision = 1;
        for (Step step : steps) {
            CompressedStore node = nodes.get(step.node());
            if (step.readsFirst()) {
                Scene.assertHas(Scene.load(node, id), model);
            }
            Set<String> remove = new TreeSet<>(step.remove());
            remove.removeAll(step.put().keySet());
            Scene.change(node, id, revision++, step.put(), remove);
            model.keySet().removeAll(remove);
            model.putAll(step.put());
            nodes.forEach(any -> Scene.assertHas(Scene.load(any, id), model));
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> names = Arbitraries.of("r", "a:", "a:x", "a:y", "a:\u00e9\ud83d\uded2", "b:x");
        Arbitrary<byte[]> bytes = Arbitraries.of(
                new byte[0],
                new byte[3],
                new byte[50],
                new byte[500],
                new byte[] {(byte) Frame.FORMAT, 1, 2},
                new byte[] {1, 2, 3, 4, 5});
        return Combinators.combine(
                        Arbitraries.of(0, 1, 2),
                        Arbitraries.of(true, false),
                        Arbitraries.maps(names, bytes).ofMaxSize(4),
                        names.filter(name -> !name.equals("r")).set().ofMaxSize(3))
                .as(Step::new)
                .list()
                .ofMaxSize(8)
                .map(List::copyOf);
    }
}
