package io.sojourn.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.sojourn.SessionId;
import io.sojourn.memory.MemoryStore;
import io.sojourn.spi.CommitResult;
import io.sojourn.spi.CommitResult.Conflict;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.SessionTouch;
import io.sojourn.spi.SessionWrite;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A contract that cannot be broken proves nothing: each of these stores breaks one promise, and a test finds it. */
class SessionStoreContractTest {

    /** Set while one broken store is tested. */
    private static UnaryOperator<SessionStore> breaking = UnaryOperator.identity();

    @ParameterizedTest
    @MethodSource("faults")
    void findsStoresThat(Fault fault) {
        breaking = fault.breaking;
        assertThat(failuresOf(fault.foundBy)).isEqualTo(1);
        breaking = UnaryOperator.identity();
        assertThat(failuresOf(fault.foundBy)).isZero();
    }

    private static long failuresOf(String test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(OnABrokenStore.class, test))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getTestsStartedCount()).isEqualTo(1);
        return listener.getSummary().getTestsFailedCount();
    }

    static final class OnABrokenStore extends SessionStoreContract {

        private final SessionStore store = open();

        @Override
        protected SessionStore open() {
            return breaking.apply(new MemoryStore());
        }

        @Override
        public SessionStore store() {
            return store;
        }
    }

    /** Does what the other store does, but for what a subclass breaks. */
    private static class Broken extends ForwardingStore {

        Broken(SessionStore store) {
            super(store);
        }

        Optional<StoredSession> current(SessionId id) {
            return store.load(id).toCompletableFuture().join();
        }

        static SessionWrite with(SessionWrite write, long expected, Map<String, byte[]> put, Set<String> remove) {
            return new SessionWrite(
                    write.id(), expected, write.revision(), write.touchedAt(), write.timeToLive(), put, remove);
        }
    }

    private record Fault(String name, String foundBy, UnaryOperator<SessionStore> breaking) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Fault> faults() {
        return List.of(
                new Fault("overwrite what exists", "aTakenIdIsLeftAsItIs", store -> new Broken(store) {
                    @Override
                    public CompletionStage<CommitResult> commit(SessionWrite write) {
                        return write.creates()
                                ? store.delete(write.id()).thenCompose(done -> store.commit(write))
                                : store.commit(write);
                    }
                }),
                new Fault(
                        "let the last write win",
                        "aConflictTellsWhatIsThereAndChangesNothing",
                        store -> new Broken(store) {
                            @Override
                            public CompletionStage<CommitResult> commit(SessionWrite write) {
                                return store.commit(write)
                                        .thenCompose(result -> result instanceof Conflict conflict
                                                ? store.commit(with(
                                                        write,
                                                        conflict.current().revision(),
                                                        write.put(),
                                                        write.remove()))
                                                : CompletableFuture.completedFuture(result));
                            }
                        }),
                new Fault("bring sessions back", "aLateWriteDoesNotBringASessionBack", store -> new Broken(store) {
                    @Override
                    public CompletionStage<CommitResult> commit(SessionWrite write) {
                        return store.commit(write)
                                .thenCompose(result -> result.equals(CommitResult.GONE)
                                        ? store.commit(with(write, SessionWrite.ABSENT, write.put(), Set.of()))
                                        : CompletableFuture.completedFuture(result));
                    }
                }),
                new Fault(
                        "compare as floating point",
                        "aRevisionThatDiffersInOneBitIsAnotherOne",
                        store -> new Broken(store) {
                            @Override
                            public CompletionStage<CommitResult> commit(SessionWrite write) {
                                long expected = current(write.id())
                                        .map(StoredSession::revision)
                                        .filter(revision -> revision.doubleValue() == (double) write.expectedRevision())
                                        .orElse(write.expectedRevision());
                                return store.commit(with(write, expected, write.put(), write.remove()));
                            }
                        }),
                new Fault(
                        "compare before and set after",
                        "ofManyWritesOnOneRevisionExactlyOneIsApplied",
                        store -> new Broken(store) {
                            @Override
                            public CompletionStage<CommitResult> commit(SessionWrite write) {
                                Optional<StoredSession> current = current(write.id());
                                if (write.creates()
                                        || current.isEmpty()
                                        || current.get().revision() != write.expectedRevision()) {
                                    return store.commit(write);
                                }
                                LockSupport.parkNanos(100_000); // A gap that the other threads will not miss.
                                return store.commit(with(
                                        write,
                                        current(write.id()).orElseThrow().revision(),
                                        write.put(),
                                        write.remove()));
                            }
                        }),
                new Fault("replace all parts", "partsThatAreNotNamedStayAsTheyAre", store -> new Broken(store) {
                    @Override
                    public CompletionStage<CommitResult> commit(SessionWrite write) {
                        Set<String> remove = new HashSet<>();
                        current(write.id())
                                .ifPresent(
                                        current -> remove.addAll(current.parts().keySet()));
                        remove.removeAll(write.put().keySet());
                        return store.commit(with(write, write.expectedRevision(), write.put(), remove));
                    }
                }),
                new Fault("remove nothing", "oneWritePutsReplacesAndRemoves", store -> new Broken(store) {
                    @Override
                    public CompletionStage<CommitResult> commit(SessionWrite write) {
                        return store.commit(with(write, write.expectedRevision(), write.put(), Set.of()));
                    }
                }),
                new Fault("drop empty parts", "anEmptyPartIsAPart", store -> new Broken(store) {
                    @Override
                    public CompletionStage<CommitResult> commit(SessionWrite write) {
                        Map<String, byte[]> put = new HashMap<>(write.put());
                        put.values().removeIf(part -> part.length == 0);
                        return store.commit(with(write, write.expectedRevision(), put, write.remove()));
                    }
                }),
                new Fault("store bytes as text", "everyByteComesBack", store -> new Broken(store) {
                    @Override
                    public CompletionStage<CommitResult> commit(SessionWrite write) {
                        Map<String, byte[]> put = new HashMap<>(write.put());
                        put.replaceAll((name, part) ->
                                new String(part, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
                        return store.commit(with(write, write.expectedRevision(), put, write.remove()));
                    }
                }),
                new Fault("touch at any revision", "aTouchOnAnotherRevisionChangesNothing", store -> new Broken(store) {
                    @Override
                    public CompletionStage<Boolean> touch(SessionTouch touch) {
                        return store.touch(new SessionTouch(
                                touch.id(),
                                current(touch.id()).orElseThrow().revision(),
                                touch.touchedAt(),
                                touch.timeToLive()));
                    }
                }),
                new Fault(
                        "touch without lifting",
                        "aTouchSetsTheTimeToLiveAndTheTimeOfTheTouch",
                        store -> new Broken(store) {
                            @Override
                            public CompletionStage<Boolean> touch(SessionTouch touch) {
                                return touch.timeToLive() == null
                                        ? CompletableFuture.completedFuture(true)
                                        : store.touch(touch);
                            }
                        }),
                new Fault(
                        "say that all was deleted",
                        "aDeletionTellsWhetherThereWasASession",
                        store -> new Broken(store) {
                            @Override
                            public CompletionStage<Boolean> delete(SessionId id) {
                                return store.delete(id).thenApply(there -> true);
                            }
                        }),
                new Fault("answer after closing", "afterClosingEverythingFails", store -> new Broken(store) {
                    @Override
                    public void close() {}
                }));
    }
}
