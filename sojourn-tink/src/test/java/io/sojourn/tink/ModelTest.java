package io.sojourn.tink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.KeysetHandle;
import io.sojourn.SessionId;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.StoredSession;
import java.security.GeneralSecurityException;
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

/** Two nodes, one of which remembers nothing and has another primary key, against a plain map. */
class ModelTest {

    private static final KeysetHandle EXTRA = Scene.newKeyset();

    /** What a write does. */
    record Step(boolean bySecond, boolean firstReads, Map<String, byte[]> put, Set<String> remove) {}

    @Property(tries = 300)
    void whatIsWrittenIsReadByEveryNode(@ForAll("steps") List<Step> steps) {
        var shared = Scene.newKeyset();
        var beneath = new MemoryStore();
        SessionKeys keys = SessionKeys.of(shared);
        EncryptedStore first = EncryptedStore.over(beneath, keys);
        EncryptedStore second = EncryptedStore.over(beneath, rotated(shared));
        first.replaceKeys(rotatedBack(shared));
        SessionId id = Scene.newId();
        Map<String, byte[]> model = new TreeMap<>(Map.of("r", new byte[] {1}));
        Scene.create(first, id, 1, Map.copyOf(model));
        long revision = 1;
        for (Step step : steps) {
            EncryptedStore node = step.bySecond() ? second : first;
            if (step.firstReads()) {
                assertSame(Scene.load(node, id), model);
            }
            Set<String> remove = new TreeSet<>(step.remove());
            remove.removeAll(step.put().keySet());
            CommitResult result = Scene.change(node, id, revision, revision + 1, step.put(), remove);
            assertThat(result).isEqualTo(CommitResult.APPLIED);
            revision++;
            model.keySet().removeAll(remove);
            model.putAll(step.put());
        }
        assertSame(Scene.load(first, id), model);
        assertSame(Scene.load(second, id), model);
        assertThat(Scene.load(beneath, id).parts()).hasSizeLessThanOrEqualTo(model.size() + 1);
    }

    private static SessionKeys rotated(KeysetHandle keyset) {
        return both(keyset, true);
    }

    private static SessionKeys rotatedBack(KeysetHandle keyset) {
        return both(keyset, false);
    }

    private static SessionKeys both(KeysetHandle keyset, boolean extraIsPrimary) {
        try {
            var extra = KeysetHandle.importKey(EXTRA.getPrimary().getKey());
            var builder = KeysetHandle.newBuilder(keyset).addEntry(extra);
            if (extraIsPrimary) {
                extra.makePrimary();
            }
            return SessionKeys.of(builder.build());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSame(StoredSession stored, Map<String, byte[]> model) {
        assertThat(stored.parts()).containsOnlyKeys(model.keySet());
        model.forEach(
                (name, bytes) -> assertThat(stored.parts().get(name)).as(name).isEqualTo(bytes));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> names = Arbitraries.of("r", "a:", "a:x", "a:y", "a:\u00e9\ud83d\uded2", "z:x");
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.maps(names, bytes).ofMaxSize(4),
                        names.filter(name -> !name.equals("r")).set().ofMaxSize(3))
                .as(Step::new)
                .list()
                .ofMaxSize(8)
                .map(List::copyOf);
    }
}
