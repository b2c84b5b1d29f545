package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.SessionId;
import io.sojourn.spi.EntryResult;
import io.sojourn.spi.EntryResult.Entered;
import io.sojourn.spi.IndexCursor;
import io.sojourn.spi.IndexEntry;
import io.sojourn.spi.IndexEntry.Binding;
import io.sojourn.spi.IndexKey;
import io.sojourn.spi.IndexPage;
import io.sojourn.spi.Marking;
import io.sojourn.spi.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/** Whatever is done to an index, the one in memory and the one on Redis tell the same of it. */
class IndexHistoryTest {

    /** They live for so many times ten minutes, so that it is clear who ends first. */
    private static final List<SessionId> IDS = IntStream.range(0, 6)
            .mapToObj(number -> SessionId.random(new Random(number)))
            .toList();

    /** One operation; {@code id} is the number of a session. */
    private record Operation(Kind kind, int id, int limit, boolean flag) {

        Object on(SessionStore store, IndexKey key) {
            SessionId session = IDS.get(id);
            return switch (kind) {
                case PROLONG -> seen(store.enter(entry(key, null)));
                case BIND -> seen(store.enter(entry(key, Binding.unlimited(Duration.ZERO))));
                case BIND_LIMITED -> seen(store.enter(entry(key, new Binding(Duration.ZERO, 0, limit, flag))));
                case BIND_LATE -> seen(store.enter(entry(key, Binding.unlimited(Duration.ofMinutes(50)))));
                case MARK -> {
                    Marking marking = get(store.mark(key, flag ? session : null));
                    yield List.of(marking.exceptIsMember(), marking.marked());
                }
                case LEAVE -> get(store.leave(key, List.of(session), flag));
            };
        }

        private IndexEntry entry(IndexKey key, @Nullable Binding binding) {
            return new IndexEntry(key, IDS.get(id), Duration.ofMinutes(10L * (id + 1)), binding);
        }
    }

    private enum Kind {
        PROLONG,
        BIND,
        BIND_LIMITED,
        BIND_LATE,
        MARK,
        LEAVE
    }

    /** All of it but how long ago something was. */
    private static Object seen(CompletionStage<EntryResult> stage) {
        EntryResult result = get(stage);
        return result instanceof Entered entered ? List.of(entered.marked(), entered.revokedAgo() != null) : result;
    }

    /** All of it, by small pages. */
    private static List<Object> members(SessionStore store, IndexKey key) {
        List<Object> members = new ArrayList<>();
        IndexCursor next = null;
        do {
            IndexPage page = get(store.page(key, next, 2));
            members.addAll(page.members());
            members.add(page.marked());
            next = page.next();
        } while (next != null);
        return members;
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Property(tries = 150)
    void inMemoryAndOnRedisTheyTellTheSame(@ForAll("histories") List<Operation> history) {
        Redis.BACKEND.expireAll();
        SessionStore redis = Redis.BACKEND.store();
        MemoryBackend inMemory = new MemoryBackend();
        SessionStore memory = inMemory.store();
        IndexKey key = IndexKey.of("tenant", "acme");
        for (Operation operation : history) {
            inMemory.tick(); // As it does on the server.
            assertThat(operation.on(redis, key)).as("%s", operation).isEqualTo(operation.on(memory, key));
            assertThat(members(redis, key)).isEqualTo(members(memory, key));
        }
        Redis.BACKEND.assertEveryKeyEnds();
    }

    /** Made when it is first needed. */
    private static final class Redis {
        static final RedisBackend BACKEND = new RedisBackend();
    }

    @AfterContainer
    static void close() {
        Redis.BACKEND.close();
    }

    @Provide
    Arbitrary<List<Operation>> histories() {
        return Combinators.combine(
                        Arbitraries.of(Kind.values()),
                        Arbitraries.integers().between(0, IDS.size() - 1),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(true, false))
                .as(Operation::new)
                .list()
                .ofMaxSize(30);
    }
}
