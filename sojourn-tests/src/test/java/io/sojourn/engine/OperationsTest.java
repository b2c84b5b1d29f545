package io.sojourn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.SessionToken;
import io.sojourn.StoreUnavailableException;
import io.sojourn.observe.Operation;
import io.sojourn.observe.SessionObserver;
import io.sojourn.spi.SessionStore;
import io.sojourn.spi.StoreHealth;
import io.sojourn.spi.StoreStatus;
import io.sojourn.spi.StoredSession;
import io.sojourn.spi.layer.ForwardingStore;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What those hear who measure operations: each beginning, and its end with what came of it. */
class OperationsTest extends EngineTest {

    private final Measuring measuring = new Measuring();
    private final Node measured = node(settings -> settings.alsoObserve(measuring));

    OperationsTest(Caller caller) {
        super(caller);
    }

    private static final class Measuring implements SessionObserver {

        final List<String> ends = new ArrayList<>();
        final List<Operation.Result> results = new ArrayList<>();
        int begun;

        @Nullable
        StoreStatus status;

        @Override
        public void started(StoreStatus store) {
            status = store;
        }

        @Override
        public synchronized Operation.Running begins(Operation operation) {
            begun++;
            return result -> ended(operation, result);
        }

        private synchronized void ended(Operation operation, Operation.Result result) {
            ends.add(operation + " " + result.outcome());
            results.add(result);
        }
    }

    @Test
    void eachOperationEndsOnceWithItsOutcome() {
        Session session = measured.create();
        session.set("a", 1);
        session.signIn("ada");
        measured.save(session);
        Session found = measured.open(session.token());
        measured.save(found);
        measured.update(session.token(), s -> {
            s.set("a", 2);
            return 0;
        });
        measured.revokeOthers(found);
        measured.revokeAll("ada");
        found.set("a", 3);
        measured.save(found);
        measured.lookup(session.token());
        measured.revoke(session.id());
        assertThat(measuring.ends)
                .containsExactly(
                        "SAVE SAVED",
                        "FIND FOUND",
                        "SAVE UNCHANGED",
                        "FIND FOUND",
                        "UPDATE SAVED",
                        "REVOKE_ALL DONE",
                        "REVOKE_ALL DONE",
                        "SAVE GONE",
                        "FIND ABSENT",
                        "REVOKE ABSENT");
        assertThat(measuring.begun).isEqualTo(measuring.ends.size());
    }

    @Test
    void bytesOfAConflictAreReadAndThoseOfTheMergeWritten() {
        Session session = measured.stored("a", 1);
        Session late = measured.open(session.token());
        otherNode.update(session.token(), s -> {
            s.set("b", "x".repeat(500));
            return 0;
        });
        late.set("c", 3);
        measured.save(late);
        Operation.Result save = measuring.results.get(measuring.results.size() - 1);
        assertThat(save.outcome()).isEqualTo(Operation.Outcome.SAVED);
        assertThat(save.bytesRead()).isBetween(500L, 700L);
        assertThat(save.bytesWritten()).isBetween(save.bytesRead(), save.bytesRead() + 200);
        assertThat(save.bytesWritten()).isEqualTo(record(session.id()).length);
    }

    @Test
    void aStoreOutOfReachIsTheCause() {
        Session session = measured.stored("a", 1);
        store.goDown();
        assertThatThrownBy(() -> measured.lookup(session.token())).isInstanceOf(StoreUnavailableException.class);
        Operation.Result find = measuring.results.get(1);
        assertThat(find.outcome()).isEqualTo(Operation.Outcome.UNAVAILABLE);
        assertThat(find.cause()).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void anAnswerThatCannotBeCountedEndsTheOperation() {
        Map<String, byte[]> parts = new AbstractMap<>() {
            @Override
            public Set<Map.Entry<String, byte[]>> entrySet() {
                throw new IllegalStateException("broken");
            }
        };
        SessionStore broken = new ForwardingStore(memory) {
            @Override
            public CompletionStage<Optional<StoredSession>> load(SessionId id) {
                return CompletableFuture.completedFuture(Optional.of(new StoredSession(1, Instant.EPOCH, parts)));
            }
        };
        SessionSettings settings =
                SessionSettings.builder().clock(clock).observer(measuring).build();
        Node near = new Node(caller, SessionManager.create(broken, settings));
        SessionToken token = node.create().token();
        assertThatThrownBy(() -> near.lookup(token)).hasMessage("broken");
        assertThat(measuring.ends).containsExactly("FIND FAILED");
    }

    @Test
    void whatAFunctionOfTheApplicationThrowsIsNotTold() {
        Session session = measured.stored("a", 1);
        assertThatThrownBy(() -> measured.update(session, s -> {
                    throw new IllegalStateException("secret");
                }))
                .isInstanceOf(IllegalStateException.class);
        Operation.Result update = measuring.results.get(1);
        assertThat(update.outcome()).isEqualTo(Operation.Outcome.FAILED);
        assertThat(update.cause()).isNull();
    }

    @Test
    void whoMeasuresBadlyDisturbsNobody() {
        Node disturbed = node(settings -> settings.alsoObserve(new SessionObserver() {
                    @Override
                    public void started(StoreStatus status) {
                        throw new IllegalStateException("broken");
                    }

                    @Override
                    public Operation.Running begins(Operation operation) {
                        throw new IllegalStateException("broken");
                    }
                })
                .alsoObserve(new SessionObserver() {
                    @Override
                    public Operation.Running begins(Operation operation) {
                        return result -> {
                            throw new IllegalStateException("broken");
                        };
                    }
                })
                .alsoObserve(measuring));
        Session session = disturbed.stored("a", 1);
        assertThat(disturbed.find(session.token())).isPresent();
        assertThat(measuring.ends).containsExactly("SAVE SAVED", "FIND FOUND");
    }

    @Test
    void theHealthOfTheStoreIsThatOfTheManager() {
        SessionManager sessions = SessionManager.create(
                memory, SessionSettings.builder().observer(measuring).build());
        assertThat(sessions.health()).isEqualTo(StoreHealth.UNMEASURED_UP);
        assertThat(sessions.checkHealth().isUp()).isTrue();
        assertThat(sessions.async().checkHealth().toCompletableFuture().join().isUp())
                .isTrue();
        assertThat(measuring.status).isSameAs(memory);
    }
}
